import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { raw, startServer } from '../helpers/webhookServer.ts';

describe('sizes', () => {
  const target = (length: number): string => `/?action=lead&id=1&text=${'a'.repeat(length)}`.slice(0, length);

  it('a target of 64 KiB is answered, a longer one is refused with 431 and recorded', async () => {
    const { port, records } = await startServer();
    const get = (path: string): Promise<string> =>
      raw(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(await get(target(65_536))).toMatch(/^HTTP\/1.1 200 /);
    expect(await get(target(65_537))).toMatch(/^HTTP\/1.1 431 .*"status":"error"/s);
    expect((await records()).map((record) => record.target?.length)).toEqual([65_536, 65_537]);
  });

  it('a target that is longer than all headers together is answered 431, recorded, and noted once', async () => {
    const { port, records, answered } = await startServer();
    const response = await raw(port, `GET ${target(3_000_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(response).toMatch(/^HTTP\/1.1 431 .*Connection: close.*"status":"error"/s);
    expect(await records()).toMatchObject([{ answer: { status: 431 }, problems: [{ code: 'target-too-long' }] }]);
    expect(answered).toHaveLength(1);
  });

  it('a body of 1 MiB is recorded, a longer one is refused with 413 and its beginning recorded', async () => {
    const { url, records } = await startServer();
    const body = 'я'.repeat(524_288);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(405);
    expect((await fetch(url, { method: 'POST', body: `${body}!` })).status).toBe(413);
    const recorded = (await records()).map((record) => record.body);
    expect(recorded[0]).toEqual({ bytes: 1_048_576, encoding: 'utf8', data: body, truncated: false });
    expect(recorded[1]).toEqual({ bytes: 1_048_577, encoding: 'utf8', data: body, truncated: true });
  });

  it('a body that is no text is recorded in base64', async () => {
    const { url, records } = await startServer();
    await fetch(url, { method: 'POST', body: Uint8Array.of(0xff, 0x00, 0xfe) });
    expect((await records())[0]?.body).toEqual({ bytes: 3, encoding: 'base64', data: '/wD+', truncated: false });
  });

  it('a token in a body that is no text is masked, and nothing else', async () => {
    const { url, records } = await startServer();
    const bytes = (token: string): Buffer => Buffer.from(`name=\xcf\xff&token=${token}&z=\xff`, 'latin1');
    await fetch(url, { method: 'POST', body: bytes('0123456789abcdef0123456789abcdef') });
    const { data } = (await records())[0]?.body ?? { data: '' };
    expect(Buffer.from(data, 'base64').toString('latin1')).toBe(bytes('***').toString('latin1'));
  });

  it('a body without an end is refused with 413 instead of being read for ever', async () => {
    const { url } = await startServer();
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 1000) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const outcome = await fetch(url, { method: 'POST', body, duplex: 'half' }).then(
      ({ status }) => status,
      () => 'closed',
    );
    expect([413, 'closed']).toContain(outcome);
    expect(sent).toBeLessThan(1000);
  });
});

describe('what is no request', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n', 'request-malformed'],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]), 'request-malformed'],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: a\r\nbroken\r\n\r\n', 'request-malformed'],
  ])('%s is answered 400 and recorded', async (_name, bytes, code) => {
    const { port, records } = await startServer();
    expect(await raw(port, bytes)).toMatch(/^HTTP\/1.1 400 .*"status":"error"/s);
    expect(await records()).toMatchObject([{ answer: { status: 400 }, problems: [{ code }] }]);
  });

  it('a connection that is closed without a word leaves no record', async () => {
    const { port, records } = await startServer();
    expect(await raw(port, '')).toBe('');
    expect(await records()).toEqual([]);
  });

  it('a caller that leaves within the body is recorded without an answer', async () => {
    const { port, answered, records } = await startServer();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /?action=lead HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc');
    await once(socket, 'connect');
    socket.end();
    await expect.poll(() => answered.length).toBe(1);
    expect(await records()).toMatchObject([
      { answer: null, body: { data: 'abc' }, problems: [{}, { code: 'request-aborted' }] },
    ]);
  });
});

describe('callers that leave', () => {
  it('with a reset after CONNECT does not end the server', async () => {
    const { url, port, answered } = await startServer();
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write('CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy());
      await expect.poll(() => answered.length).toBe(attempt);
    }
    expect((await fetch(`${url}?action=lead&id=1`)).status).toBe(200);
  });

  it('with answers still to come are recorded, told, and not waited for', async () => {
    const { port, answered, close } = await startServer();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    const request = 'GET /?action=lead&id=1 HTTP/1.1\r\nHost: a\r\n\r\n';
    socket.write(request.repeat(3), () => socket.resetAndDestroy());
    await expect.poll(() => answered.length).toBe(3);
    await close();
  }, 4000);
});

describe('requests that Node would answer itself', () => {
  it('without Host, or with an unknown expectation, are recorded like any other', async () => {
    const { port, records } = await startServer();
    expect(await raw(port, 'GET /?action=lead&id=1 HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/ 200 /);
    const expecting = 'GET /?action=lead&id=2 HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n';
    expect(await raw(port, expecting)).toMatch(/ 200 /);
    expect((await records()).map(({ orderId }) => orderId)).toEqual(['order-1', 'order-2']);
  });

  it('with two thousand headers keep all of them, and their body', async () => {
    const { port, records } = await startServer();
    const many = Array.from({ length: 2000 }, (_, index) => `X-${index}: 1\r\n`).join('');
    await raw(port, `POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${many}Content-Length: 5\r\n\r\nhello`);
    const [record] = await records();
    expect(record?.headers).toHaveLength(2003);
    expect(record?.body?.data).toBe('hello');
  });
});

it('a target with raw Cyrillic in it is refused with a word on what to do, and recorded', async () => {
  const { port, records } = await startServer();
  const response = await raw(port, 'GET /?action=lead&name=Иван HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(response).toMatch(/^HTTP\/1.1 400 .*have to be percent-encoded/s);
  expect(await records()).toMatchObject([{ answer: { status: 400 }, problems: [{ code: 'request-malformed' }] }]);
});
