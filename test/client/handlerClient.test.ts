import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClientOptions, HandlerClient, type Outcome } from '../../src/client/handlerClient.ts';
import { exchangeWhenUp } from '../../src/client/whenUp.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasOpenssl } from '../helpers/needs.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

const noProxies = { http: '', https: '', none: '' };

function client(options: Partial<ClientOptions> = {}): HandlerClient {
  const made = new HandlerClient({
    timeoutMs: 5000,
    ca: undefined,
    insecure: false,
    proxy: undefined,
    proxies: noProxies,
    signal: new AbortController().signal,
    elapsed: () => performance.now(),
    ...options,
  });
  onTestFinished(() => made.close());
  return made;
}

const get = (origin: string, options: Partial<ClientOptions> = {}, target = '/?x=1'): Promise<Outcome> =>
  client(options).exchange({ origin: new URL(origin).origin, target, headers: [] });

const good = '{"status":"ok","order_id":"1"}';

function codeOf(outcome: Outcome): string {
  return outcome.kind === 'unreachable' ? outcome.problem.code : `answer ${outcome.answer.status}`;
}

function detailOf(outcome: Outcome): string {
  return outcome.kind === 'unreachable' ? outcome.problem.detail : '';
}

describe('an exchange', () => {
  it('sends the target byte for byte, and the headers given, and nothing more than it must', async () => {
    let seen: unknown;
    const url = await startHandler((request, response) => {
      seen = [request.method, request.url, request.rawHeaders];
      response.end(good);
    });
    const target = '/a%2fb/../x?q=a+b%20c%D0%9f&data={"x":[\'1\']}|^`\\';
    await client().exchange({
      origin: new URL(url).origin,
      target,
      headers: [
        ['X-One', '1'],
        ['X-One', '2'],
      ],
    });
    const host = new URL(url).host;
    expect(seen).toEqual(['GET', target, ['host', host, 'connection', 'keep-alive', 'X-One', '1', 'X-One', '2']]);
  });

  it('brings status, headers by lower-case name, body and time', async () => {
    const url = await startHandler((_request, response) => {
      response.writeHead(201, { 'X-Many': ['a', 'b'], 'Content-Type': 'application/json' }).end(good);
    });
    const outcome = await get(url);
    expect(outcome).toMatchObject({ kind: 'answer', answer: { status: 201, truncated: false } });
    if (outcome.kind !== 'answer') return;
    expect(outcome.answer.headers).toMatchObject({ 'x-many': 'a, b', 'content-type': 'application/json' });
    expect(Buffer.from(outcome.answer.body).toString()).toBe(good);
    expect(outcome.answer.durationMs).toBeGreaterThan(0);
  });

  it('does not follow a redirect', async () => {
    let calls = 0;
    const url = await startHandler((_request, response) => {
      calls += 1;
      response.writeHead(302, { Location: '/' }).end();
    });
    expect(codeOf(await get(url))).toBe('answer 302');
    expect(calls).toBe(1);
  });

  it('stops reading an endless body', async () => {
    const url = await startHandler((_request, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump);
      pump();
    });
    expect(await get(url)).toMatchObject({ kind: 'answer', answer: { truncated: true, body: { length: 1_048_576 } } });
  });

  it('ends when its signal is aborted', async () => {
    const controller = new AbortController();
    const url = await startHandler(() => controller.abort());
    await expect(get(url, { signal: controller.signal })).rejects.toThrow();
  });
});

describe('no answer', () => {
  it('connection-refused names the address and asks for the server', async () => {
    const port = await freePort();
    const outcome = await get(`http://127.0.0.1:${port}`);
    expect(codeOf(outcome)).toBe('connection-refused');
    expect(detailOf(outcome)).toBe(`nothing listens on 127.0.0.1:${port}: is the server running?`);
  });

  it('connection-refused of localhost names the addresses that it stands for, where there are several', async () => {
    const port = await freePort();
    const outcome = await get(`http://localhost:${port}`);
    expect(codeOf(outcome)).toBe('connection-refused');
    expect(detailOf(outcome)).toMatch(
      /^nothing listens on localhost:\d+( \(tried .* and .*\))?: is the server running\?$/,
    );
  });

  it('dns-failed for a name that nobody has', async () => {
    expect(codeOf(await get('http://no-such-host.invalid'))).toBe('dns-failed');
  });

  it('timeout for a handler that takes the connection and stays silent', async () => {
    const port = await startTcpServer(() => {});
    const outcome = await get(`http://127.0.0.1:${port}`, { timeoutMs: 100 });
    expect(codeOf(outcome)).toBe('timeout');
    expect(detailOf(outcome)).toContain('within 0.1 s');
  });

  it('timeout for an answer that drips without an end', async () => {
    const port = await startTcpServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{');
      const timer = setInterval(() => socket.write(' '), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(codeOf(await get(`http://127.0.0.1:${port}`, { timeoutMs: 200 }))).toBe('timeout');
  });

  it.each([
    ['at once', ''],
    ['within the headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{'],
  ])('connection-reset for a connection that is closed %s', async (_name, bytes) => {
    const port = await startTcpServer((socket) => socket.once('data', () => socket.end(bytes)));
    expect(codeOf(await get(`http://127.0.0.1:${port}`))).toBe('connection-reset');
  });

  it('answer-malformed for what is no HTTP', async () => {
    const port = await startTcpServer((socket) => socket.write('220 mail.example ESMTP\r\n'));
    expect(codeOf(await get(`http://127.0.0.1:${port}`))).toBe('answer-malformed');
  });

  it('tls-failed for a plain port, with the advice to use http', async () => {
    const url = await startHandler((_request, response) => response.end(good));
    const outcome = await get(url.replace('http:', 'https:'));
    expect(codeOf(outcome)).toBe('tls-failed');
    expect(detailOf(outcome)).toContain('write http://');
  });
});

describe('TLS with a port that hangs up', () => {
  it('is tls-failed with the advice to use http, as for the server of PHP', async () => {
    const port = await startTcpServer((socket) => socket.once('data', () => socket.end()));
    const outcome = await get(`https://127.0.0.1:${port}`);
    expect(codeOf(outcome)).toBe('tls-failed');
    expect(detailOf(outcome)).toContain('write http://');
  });
});

describe.runIf(hasOpenssl)('TLS (needs openssl)', () => {
  it('trusts no unknown certificate, the one of --cacert, and any with --insecure', async () => {
    const { cert, key } = await makeCertificate();
    const server = createTlsServer({ cert, key }, (_request, response) => response.end(good));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => server.close().closeAllConnections());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(codeOf(await get(url))).toBe('tls-failed');
    expect(codeOf(await get(url, { ca: cert.toString() }))).toBe('answer 200');
    expect(codeOf(await get(url, { insecure: true }))).toBe('answer 200');
  });
});

describe('a proxy', () => {
  it('gets the whole address of a plain request, whether given or from the environment', async () => {
    const seen: Array<string | undefined> = [];
    const proxy = await startHandler((request, response) => {
      seen.push(request.url);
      response.end(good);
    });
    expect(codeOf(await get('http://crm.invalid', { proxy }))).toBe('answer 200');
    expect(codeOf(await get('http://crm.invalid', { proxies: { ...noProxies, http: proxy } }))).toBe('answer 200');
    expect(seen).toEqual(['http://crm.invalid/?x=1', 'http://crm.invalid/?x=1']);
  });

  it('of the environment is left out for loopback and for NO_PROXY', async () => {
    const proxy = await startHandler((_request, response) => void response.writeHead(502).end());
    const url = await startHandler((_request, response) => response.end(good));
    expect(codeOf(await get(url, { proxies: { ...noProxies, http: proxy } }))).toBe('answer 200');
    const outcome = await get('http://crm.invalid', { proxies: { ...noProxies, http: proxy, none: 'crm.invalid' } });
    expect(codeOf(outcome)).toBe('dns-failed');
  });

  it('that is down or refuses is named', async () => {
    const port = await freePort();
    const outcome = await get('http://crm.invalid', { proxy: `http://user:secret@127.0.0.1:${port}` });
    expect(codeOf(outcome)).toBe('proxy-failed');
    expect(detailOf(outcome)).toContain(`the proxy 127.0.0.1:${port}`);
    expect(detailOf(outcome)).not.toContain('secret');
    const refusing = await startTcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 407 No\r\n\r\n')));
    expect(codeOf(await get('https://crm.invalid', { proxy: `http://127.0.0.1:${refusing}` }))).toBe('proxy-failed');
  });

  it('tunnels a TLS request', async () => {
    let asked = '';
    const proxy = await startTcpServer((socket) => {
      socket.once('data', (data) => {
        asked = data.toString().split('\r\n')[0] ?? '';
        const target = connect(Number(/:(\d+) /.exec(asked)?.[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(target).pipe(socket);
        });
        target.on('error', () => socket.destroy());
      });
    });
    const plain = new URL(await startHandler((_request, response) => response.end(good)));
    const outcome = await get(`https://127.0.0.1:${plain.port}`, { proxy: `http://127.0.0.1:${proxy}` });
    expect(asked).toBe(`CONNECT 127.0.0.1:${plain.port} HTTP/1.1`);
    expect(codeOf(outcome)).toBe('tls-failed');
  });
});

describe('exchangeWhenUp', () => {
  const settings = { signal: new AbortController().signal, elapsed: (): number => performance.now() };

  it('sends once the handler is up', async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const outcome = exchangeWhenUp(client(), { origin, target: '/', headers: [] }, { waitMs: 10_000, ...settings });
    await get(origin);
    const { createServer } = await import('node:http');
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.end(good);
    }).listen(port, '127.0.0.1');
    onTestFinished(() => server.close().closeAllConnections());
    expect(codeOf(await outcome)).toBe('answer 200');
    expect(calls).toBe(1);
  });

  it('gives up when the time is over', async () => {
    const port = await freePort();
    const request = { origin: `http://127.0.0.1:${port}`, target: '/', headers: [] };
    expect(codeOf(await exchangeWhenUp(client(), request, { waitMs: 500, ...settings }))).toBe('connection-refused');
  });
});
