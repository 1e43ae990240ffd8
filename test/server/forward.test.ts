import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/journal/verdict.ts';
import { signToken } from '../../src/protocol/token.ts';
import { exchange, firstRecord, makeForwarder, startForwarding } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';
import { startServer } from '../helpers/webhookServer.ts';

const good = '{"status":"ok","order_id":"crm-90"}';

describe('a request and its answer, over the wire', () => {
  it('arrive byte for byte in both directions', async () => {
    let received = '';
    const body = Buffer.from('{"status":"ok","order_id":"\u0417-1"}\xff', 'latin1');
    const port = await startTcpServer((socket) => {
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        received += chunk;
        if (!received.endsWith('\xfe\xff')) return;
        const head =
          'HTTP/1.1 201 Made It\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Bytes: \xcf\xff\r\nDate: then\r\n';
        socket.write(Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`, 'latin1'));
        socket.write(`${body.length.toString(16)}\r\n`);
        socket.end(Buffer.concat([body, Buffer.from('\r\n0\r\n\r\n')]));
      });
    });
    const server = await startForwarding(`http://127.0.0.1:${port}/webhook.php?shop=1`);
    const lines = [
      'POST /somewhere?action=lead&id=90&text=%cf%F0+%zz&&x=[1]"\' HTTP/1.1',
      'Host: hook.example',
      'X-Same: 1',
      'X-Same: 2',
      'X-Bytes: \xcf\xf0\xff',
      'Transfer-Encoding: chunked',
    ];
    const request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n3\r\n\x00\xfe\xff\r\n0\r\n\r\n`, 'latin1');
    const answer = await exchange(server.port, request);
    expect(received.split('\r\n')).toEqual([
      'POST /webhook.php?shop=1&action=lead&id=90&text=%cf%F0+%zz&&x=[1]"\' HTTP/1.1',
      `host: 127.0.0.1:${port}`,
      'connection: close',
      'X-Same: 1',
      'X-Same: 2',
      'X-Bytes: \xcf\xf0\xff',
      'Via: 1.1 roistat-hook-0badcafe',
      'content-length: 3',
      '',
      '\x00\xfe\xff',
    ]);
    expect(answer.head.split('\r\n').slice(0, 6)).toEqual([
      'HTTP/1.1 201 Made It',
      'Set-Cookie: a=1',
      'set-cookie: b=2',
      'X-Bytes: \xcf\xff',
      'Date: then',
      `Content-Length: ${body.length}`,
    ]);
    expect(answer.body).toEqual(body);
    expect(await firstRecord(server)).toMatchObject({
      answer: { status: 201, encoding: 'base64', body: body.toString('base64') },
      forward: { verdict: 'rejected' },
    });
  });

  it('credentials of the caller that the handler repeats are relayed and not recorded', async () => {
    const url = await startHandler((request, response) => {
      const { authorization = '' } = request.headers;
      response.writeHead(200, { 'X-Echo': authorization }).end(`you are ${authorization.split(' ')[1]}`);
    });
    const server = await startForwarding(url);
    const response = await fetch(`${server.url}?action=lead`, { headers: { Authorization: 'Bearer CANARY-AUTH-1' } });
    expect(await response.text()).toBe('you are CANARY-AUTH-1');
    const record = await firstRecord(server);
    expect(record?.answer).toMatchObject({ body: 'you are ***' });
    expect(JSON.stringify(record)).not.toContain('CANARY');
  });

  it.each(['HEAD', 'OPTIONS', 'DELETE'])('%s goes through, too', async (method) => {
    const url = await startHandler((request, response) => {
      response.writeHead(200, { 'X-Method': request.method ?? '', 'Content-Length': 2 }).end('{}');
    });
    const server = await startForwarding(url);
    const response = await fetch(`${server.url}?action=lead`, { method });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-method')).toBe(method);
    expect(response.headers.get('content-length')).toBe('2');
    expect(await server.records()).toMatchObject([
      { method, problems: [{ code: 'method-not-get' }], answer: { status: 200 } },
    ]);
  });
});

describe('the record', () => {
  const credentials = { user: 'demouser', password: 'secret' };
  const token = signToken({ user: 'secret', password: 'demouser' });

  it('has our judgement of the request beside the judgement of the answer, and no token', async () => {
    const url = await startHandler((request, response) => {
      const body = { status: 'error', message: `unknown token ${token}`, url: request.url };
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Echo': token, 'Set-Cookie': 's=1' });
      response.end(JSON.stringify(body));
    });
    const server = await startForwarding(url, { rules: { credentials, strict: true } });
    const response = await fetch(`${server.url}?user=demouser&token=${token}&action=lead&id=90&data=x`);
    expect(await response.json()).toMatchObject({ url: `/?user=demouser&token=${token}&action=lead&id=90&data=x` });
    const record = await firstRecord(server);
    expect(record).toMatchObject({
      token: 'mismatch',
      tokenDiagnosis: 'It is md5(password + user): the order is reversed.',
      problems: [{ code: 'token-mismatch' }, { code: 'data-not-json' }],
      answer: { status: 200 },
      forward: { url, verdict: 'rejected', problems: [{ code: 'status-not-ok' }] },
      orderId: null,
    });
    expect(record.answer?.headers).toEqual(
      expect.arrayContaining([
        ['X-Echo', '***'],
        ['Set-Cookie', '***'],
      ]),
    );
    expect(JSON.stringify(record)).not.toContain(token);
    expect(verdictOf(record)).toBe('rejected');
  });

  it('has no token where an excerpt or the recorded part ends within it, nor in bytes that are not UTF-8', async () => {
    const bodies = [
      `{"status":"no","message":"${'x'.repeat(95)} ${token}"}`,
      `${'x'.repeat(131_050)} ${token}`,
      `\xff ${token}`,
    ];
    for (const body of bodies) {
      const url = await startHandler((_request, response) => response.end(Buffer.from(body, 'latin1')));
      const server = await startForwarding(url);
      await fetch(`${server.url}?token=${token}&action=lead&id=90`);
      const record = await firstRecord(server);
      const bytes = Buffer.from(record.answer?.body ?? '', record.answer?.encoding ?? 'utf8').toString('latin1');
      expect(bytes).toContain('***');
      expect(bytes + JSON.stringify(record)).not.toContain(token.slice(0, 8));
    }
  });

  it('has the order id of the handler, and what the address of the handler must not tell stays out', async () => {
    const secrets = ['c4nary-login', 'c4nary-p4ssword', 'c4nary-token'];
    const url = await startHandler((request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Echo': request.headers.authorization });
      response.end(JSON.stringify({ status: 'ok', order_id: 90, url: request.url, password: secrets[1] }));
    });
    const handler = `${url.replace('//', `//${secrets[0]}:${secrets[1]}@`)}?token=${secrets[2]}`;
    for (const keepToken of [false, true]) {
      const server = await startForwarding(handler, { keepToken });
      await fetch(`${server.url}?action=lead&id=1`);
      const record = await firstRecord(server);
      expect(record).toMatchObject({ orderId: '90', forward: { url: `${url}?token=***`, verdict: 'accepted' } });
      const text = JSON.stringify(record);
      for (const secret of [...secrets.slice(1), btoa(`${secrets[0]}:${secrets[1]}`)])
        expect(text).not.toContain(secret);
    }
  });

  it('has no credential of the caller, in whatever spelling and beside whatever others the handler repeats it', async () => {
    const secrets = ['c4nary-bearer', 'c4nary-api-key', 'c4nary/p4ssword', '5ebe2294c4nary'];
    const body = `${secrets.join(' ')} ${Buffer.from(`demo:${secrets[2]}`).toString('base64')}`;
    const url = await startHandler((_request, response) => {
      response.writeHead(200, { 'X-Echo': body }).end(`{"status":"no","message":"${body}"}`);
    });
    const cookies = Array.from({ length: 9 }, (_value, index) => `c${index}=${index}`).join('; ');
    const headers = { Cookie: cookies, Authorization: `Bearer ${secrets[0]}`, 'X-Api-Key': `${secrets[1]}` };
    const basic = { Authorization: `basic ${btoa(`demo:${secrets[2]}`)}`, 'X-Token': `${secrets[0]};${secrets[1]}` };
    for (const sent of [headers, basic]) {
      const server = await startForwarding(url);
      const login = sent === headers ? secrets[2] : '';
      await fetch(`${server.url}?token=%35ebe2294c4nary&access_token=${login}&action=lead`, { headers: sent });
      const record = await firstRecord(server);
      expect(record.answer?.body).toContain('***');
      expect(record.forward?.problems).toContainEqual(expect.objectContaining({ code: 'status-not-ok' }));
      expect(JSON.stringify(record)).not.toContain('c4nary');
    }
  });

  it('has the mask as it is where the recorded part ends within it', async () => {
    const tokens = Array.from({ length: 9 }, (_value, index) => `token=c4nary-token-${index}`).join('&');
    const large = 'x'.repeat(200_000);
    for (const [query, body] of [
      [tokens, large],
      ['', `token=${large}`],
    ]) {
      const url = await startHandler((_request, response) => response.end(body));
      const server = await startForwarding(url);
      await fetch(`${server.url}?${query}&action=lead`);
      expect((await firstRecord(server)).answer?.body).toMatch(/^(?:token=)?\*{3}$/);
    }
  });

  it('keeps the beginning of a large answer, cut between letters; all of it goes out', async () => {
    const body = `{"status":"ok","order_id":"1"} ${'\u0416'.repeat(100_000)}`;
    const url = await startHandler((_request, response) => response.end(body));
    const server = await startForwarding(url);
    expect(await (await fetch(`${server.url}?action=lead&id=1`)).text()).toBe(body);
    const { answer } = await firstRecord(server);
    expect(answer).toMatchObject({ truncated: true });
    expect(answer?.encoding).toBeUndefined();
    expect(Buffer.byteLength(answer?.body ?? '')).toBe(131_071);
    expect(body.startsWith(answer?.body ?? '-')).toBe(true);
  });
});

describe('what is not passed on', () => {
  it('is what was not read to its end', async () => {
    let calls = 0;
    const port = await startTcpServer((socket) => {
      calls += 1;
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${good}`));
    });
    const server = await startForwarding(`http://127.0.0.1:${port}/`);
    expect((await fetch(`${server.url}?action=lead&text=${'a'.repeat(70_000)}`)).status).toBe(431);
    const large = { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) };
    expect((await fetch(`${server.url}?action=lead`, large)).status).toBe(413);
    expect(calls).toBe(0);
    expect((await fetch(`${server.url}?action=lead`, { method: 'POST', body: Buffer.alloc(1024 * 1024) })).status).toBe(
      200,
    );
    expect(calls).toBe(1);
  });

  it('is what came from here: it gets 508, and is recorded', async () => {
    const first = await startForwarding('http://127.0.0.1:9/', { run: 'first' });
    const second = await startForwarding(first.url, { run: 'second' });
    const forwarder = makeForwarder(second.url);
    const round = await startServer({ run: 'round', passOn: (request, stop) => forwarder.passOn(request, stop) });
    // Another name in it, and the own one as a part of another, are no loop.
    const via = 'x, 1.1 roistat-hook-rounds, HTTP/1.0  roistat-hook-other (roistat-hook-round)';
    expect((await fetch(`${round.url}?action=lead&id=1`, { headers: { Via: via } })).status).toBe(502);
    const response = await fetch(`${round.url}?action=lead&id=1`, {
      headers: { Via: '1.0 a,  1.1 roistat-hook-round' },
    });
    expect(response.status).toBe(508);
    expect(await response.json()).toMatchObject({ status: 'error' });
    expect(
      (await round.records()).map(({ answer, problems }) => [answer?.status, problems.map(({ code }) => code)]),
    ).toEqual([
      [502, []],
      [508, ['forward-loop']],
    ]);
  });
});
