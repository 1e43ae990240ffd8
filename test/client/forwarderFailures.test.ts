import { EventEmitter, once } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type PassOutcome } from '../../src/protocol/passOn.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { makeForwarder, passedRequest, passTo } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasOpenssl } from '../helpers/needs.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

const good = '{"status":"ok","order_id":"crm-90"}';

const codes = ({ problems }: PassOutcome): string[] => problems.map(({ code }) => code);

describe('a handler that fails', () => {
  /** Bytes at once, then what the socket does. */
  const failing = async (bytes: string, then: (socket: Socket) => unknown): Promise<string> => {
    const port = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.write(bytes, () => then(socket));
      });
    });
    return `http://127.0.0.1:${port}/`;
  };

  it.each([
    ['is down', async () => `http://127.0.0.1:${await freePort()}/`, 'connection-refused'],
    ['has no name', () => Promise.resolve('http://no-such-host.invalid/'), 'dns-failed'],
    ['closes at once', () => failing('', (socket) => socket.end()), 'connection-reset'],
    ['resets', () => failing('HTTP/1.1 200 OK\r\n', (socket) => socket.resetAndDestroy()), 'connection-reset'],
    [
      'stops within the body',
      () => failing('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"st', (socket) => socket.end()),
      'connection-reset',
    ],
    [
      'resets within the body',
      () => failing('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"st', (socket) => socket.resetAndDestroy()),
      'connection-reset',
    ],
    [
      'stops within a chunk',
      () => failing('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"', (socket) => socket.end()),
      'connection-reset',
    ],
    ['speaks no HTTP', () => failing('220 mail.example ESMTP\r\n', () => {}), 'answer-malformed'],
    [
      'sends two lengths',
      () => failing('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12', () => {}),
      'answer-malformed',
    ],
    [
      'sends headers without end',
      () => failing(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`, () => {}),
      'answer-malformed',
    ],
    [
      'sends a header with DEL',
      () => failing('HTTP/1.1 200 OK\r\nX: \x7f\r\nContent-Length: 0\r\n\r\n', () => {}),
      'answer-malformed',
    ],
    [
      'switches protocols',
      () => failing('HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: h\r\n\r\n', () => {}),
      'connection-reset',
    ],
    [
      'speaks no TLS',
      async () => (await failing('HTTP/1.1 400 B\r\n\r\n', () => {})).replace('http', 'https'),
      'tls-failed',
    ],
  ])('because it %s is unreachable', async (_name, start, code) => {
    const outcome = await passTo(await start());
    expect(outcome).toMatchObject({ verdict: 'unreachable', answer: undefined, orderId: undefined });
    expect(codes(outcome)).toEqual([code]);
  });

  it.each([
    ['says nothing', '', () => {}],
    ['sends interim answers alone', '', (socket: Socket) => socket.write('HTTP/1.1 102 P\r\n\r\n')],
    ['drips its body', 'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{', (socket: Socket) => socket.write(' ')],
  ])('because it %s gets no more than its time', async (_name, bytes, drip) => {
    const url = await failing(bytes, (socket) => {
      const timer = setInterval(() => drip(socket), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const outcome = await passTo(url, {}, { timeoutMs: 200 });
    expect(codes(outcome)).toEqual(['timeout']);
    expect(outcome.durationMs).toBeGreaterThan(190);
    expect(outcome.durationMs).toBeLessThan(2000);
  });

  it('with an endless body is read up to 16 MiB, and its connection closed', async () => {
    const ends = new EventEmitter();
    const url = await startHandler((_request, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump);
      response.on('close', () => ends.emit('close'));
      pump();
    });
    const closed = once(ends, 'close');
    const { answer, verdict, problems } = await passTo(url, { action: 'export' });
    expect(answer).toMatchObject({ complete: false, body: { length: 16 * 1024 * 1024 } });
    expect({ verdict, codes: problems.map(({ code }) => code) }).toEqual({
      verdict: 'rejected',
      codes: ['body-too-large'],
    });
    await closed;
  });

  it('is left alone when the server stops', async () => {
    const stop = new AbortController();
    const port = await startTcpServer((socket) => socket.once('data', () => stop.abort()));
    const outcome = await makeForwarder(`http://127.0.0.1:${port}/`).passOn(passedRequest(), stop.signal);
    expect(codes(outcome)).toEqual(['server-stopped']);
    const late = await makeForwarder('http://127.0.0.1:9/').passOn(passedRequest(), stop.signal);
    expect(codes(late)).toEqual(['server-stopped']);
    expect(late.durationMs).toBeLessThan(1000);
    const silent = `http://127.0.0.1:${await startTcpServer(() => {})}/`;
    const waited = await makeForwarder(silent).passOn(passedRequest(), stop.signal);
    expect(codes(waited)).toEqual(['server-stopped']);
    expect(waited.durationMs).toBeLessThan(1000);
  });
});

describe.runIf(hasOpenssl)('a handler behind https (needs openssl)', () => {
  it('is trusted by its certificate, or without one when told so', async () => {
    const { cert, key } = await makeCertificate();
    const server = createTlsServer({ cert, key }, (_request, response) => response.end(good));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => server.close().closeAllConnections());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(codes(await passTo(url))).toEqual(['tls-failed']);
    expect(await passTo(url, {}, { ca: cert.toString() })).toMatchObject({ orderId: 'crm-90' });
    expect(await passTo(url, {}, { insecure: true })).toMatchObject({ orderId: 'crm-90' });
  });
});
