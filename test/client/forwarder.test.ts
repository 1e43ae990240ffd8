import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type PassOutcome } from '../../src/protocol/passOn.ts';
import { makeForwarder, passedRequest, passTo } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';

const good = '{"status":"ok","order_id":"crm-90"}';
const json = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const running = new AbortController().signal;

/** A handler of raw bytes: gathers what it is sent up to `end`, and answers with `bytes`. Resolves with both ends. */
async function rawHandler(bytes: string | Buffer, end = '\r\n\r\n'): Promise<{ url: string; received: () => string }> {
  let received = '';
  const port = await startTcpServer((socket) => {
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk;
      if (received.endsWith(end)) socket.end(bytes);
    });
  });
  return { url: `http://127.0.0.1:${port}/`, received: () => received };
}

const codes = ({ problems }: PassOutcome): string[] => problems.map(({ code }) => code);

describe('a request that is passed on', () => {
  it('keeps method, query, body and headers byte for byte, duplicates and their order included', async () => {
    const body = Buffer.from([0x00, 0xff, 0xfe, 0x0d, 0x0a, 0xd0]);
    const { url, received } = await rawHandler(json(good), body.toString('latin1'));
    const query = 'a=%zz+&b=%D0%9f&a=2&&c=\'{"x":[1]}|^`\\\xd0\x9f&d=1?2#3';
    await passTo(`${url}hook.php`, {
      method: 'PROPFIND',
      target: `/any/path?${query}`,
      body,
      headers: [
        ['HOST', 'hook.example'],
        ['X-Two', '1'],
        ['Cookie', 'a=1'],
        ['x-two', '2'],
        ['X-Bytes', '\xcf\xf0\xe8 \xff'],
        ['X-Empty', ''],
        ['Cookie', 'b=2'],
      ],
    });
    const [head = '', sent] = received().split('\r\n\r\n');
    expect(head.split('\r\n')).toEqual([
      `PROPFIND /hook.php?${query} HTTP/1.1`,
      `host: ${new URL(url).host}`,
      'connection: close',
      'X-Two: 1',
      'Cookie: a=1',
      'x-two: 2',
      'X-Bytes: \xcf\xf0\xe8 \xff',
      'X-Empty: ',
      'Cookie: b=2',
      'Via: 1.1 roistat-hook-0badcafe',
      'content-length: 6',
    ]);
    expect(Buffer.from(sent ?? '', 'latin1')).toEqual(body);
  });

  it.each([
    ['http://h/a.php?key=1', '/?x=1', '/a.php?key=1&x=1'],
    ['http://h/a.php?key=1&', '/?x=1', '/a.php?key=1&x=1'],
    ['http://h/a.php', '/other', '/a.php'],
    ['http://h/a.php?key=1', '/', '/a.php?key=1'],
    ['http://h', 'http://hook.example/p?x=1', '/?x=1'],
    ['http://h/a%2fb/#part', '/?x=1', '/a%2fb/?x=1'],
  ])('goes to %s: %s becomes %s', async (handler, target, expected) => {
    const { url, received } = await rawHandler(json(good));
    await passTo(handler.replace('http://h', url.slice(0, -1)), { target });
    expect(received().split(' ')[1]).toBe(expected);
  });

  it('leaves out what belongs to the connection, and what Connection names', async () => {
    const { url, received } = await rawHandler(json(good));
    const dropped = [
      'Keep-Alive',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'Proxy-Connection',
      'HTTP2-Settings',
    ];
    await passTo(url, {
      headers: [
        ['Connection', 'keep-alive, X-Mine'],
        ['connection', ' x-other'],
        ['X-Mine', '1'],
        ['X-Other', '1'],
        ...dropped.map((name) => [name, 'drop'] as const),
        ['Proxy-Authorization', 'drop'],
        ['Content-Length', '9'],
        ['Expect', '100-continue'],
        ['X-Kept', '1'],
      ],
    });
    const lines = received().split('\r\n');
    expect(lines.slice(3, -2)).toEqual(['X-Kept: 1', 'Via: 1.1 roistat-hook-0badcafe']);
  });

  it('asks for an answer that is not compressed where the caller would take a compressed one', async () => {
    const { url, received } = await rawHandler(json(good));
    await passTo(url, { headers: [['Accept-Encoding', 'gzip, br']] });
    expect(received()).toContain('\r\nAccept-Encoding: identity\r\n');
  });

  it('brings the login of the address, in place of that of the caller', async () => {
    const { url, received } = await rawHandler(json(good));
    const withLogin = url.replace('//', '//shop:p%40ss-word@');
    const outcome = await passTo(`${withLogin}?token=c4nary-token`, { headers: [['authorization', 'Bearer theirs']] });
    const pair = Buffer.from('shop:p@ss-word').toString('base64');
    expect(received().match(/authorization: .*/gi)).toEqual([`Authorization: Basic ${pair}`]);
    expect(outcome.url).toBe(`${url}?token=***`);
    const words = ['Basic', pair.replace(/=*$/, ''), 'c4nary-token'];
    expect(outcome.secrets).toEqual(expect.arrayContaining([`Basic ${pair}`, 'p@ss-word', ...words]));
  });

  it('goes to the address of messages when it is one', async () => {
    const [leads, messages] = [await rawHandler(json(good)), await rawHandler(json('{"status":"ok"}'))];
    const forwarder = makeForwarder(leads.url, { messageHandler: new URL(messages.url) });
    for (const action of ['lead', 'message', 'call', undefined]) {
      await forwarder.passOn(passedRequest({ action, target: `/?was=${action}` }), running);
    }
    expect([...leads.received().matchAll(/was=(\w+)/g)].map(([, was]) => was)).toEqual(['lead', 'call', 'undefined']);
    expect([...messages.received().matchAll(/was=(\w+)/g)].map(([, was]) => was)).toEqual(['message']);
  });
});

describe('an answer that is relayed', () => {
  it('keeps status, reason, headers and body byte for byte, without those of the connection', async () => {
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d, 0x00, 0xff]);
    const head = [
      'HTTP/1.1 299 Quite Fine',
      'Set-Cookie: a=1; Path=/',
      'X-Bytes: \xcf\xf0 \xff',
      'Set-Cookie: b=2',
      'Connection: close, X-Hop',
      'X-Hop: 1',
      'Transfer-Encoding: chunked',
      'Trailer: X-After',
    ];
    const chunked = Buffer.concat([Buffer.from('7\r\n'), body, Buffer.from('\r\n0\r\nX-After: 1\r\n\r\n')]);
    const { url } = await rawHandler(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), chunked]));
    const { answer } = await passTo(url);
    expect(answer).toEqual({
      status: 299,
      statusText: 'Quite Fine',
      headers: [
        ['Set-Cookie', 'a=1; Path=/'],
        ['X-Bytes', '\xcf\xf0 \xff'],
        ['Set-Cookie', 'b=2'],
        ['Content-Length', '7'],
      ],
      body,
      complete: true,
    });
  });

  it.each([
    ['an interim one before it', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${json(good)}`, 200, 'OK'],
    ['no length, up to the end of the connection', `HTTP/1.1 200 OK\r\n\r\n${good}`, 200, 'OK'],
    ['HTTP/1.0', `HTTP/1.0 200 OK\r\n\r\n${good}`, 200, 'OK'],
    // Node throws at them.
    ['words that are not ASCII', 'HTTP/1.1 404 \xcd\xe5\xf2\r\nContent-Length: 0\r\n\r\n', 404, ''],
    ['no words', 'HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n', 500, ''],
  ])('may have %s', async (_name, bytes, status, statusText) => {
    const { answer } = await passTo((await rawHandler(Buffer.from(bytes, 'latin1'))).url);
    expect(answer).toMatchObject({ status, statusText, complete: true });
    expect(answer?.headers.filter(([name]) => name === 'Content-Length')).toHaveLength(1);
  });

  it.each([
    [16 * 1024 * 1024, true],
    [16 * 1024 * 1024 + 1, false],
  ])('of %i bytes is complete: %s', async (bytes, complete) => {
    const url = await startHandler((_request, response) => response.end(Buffer.alloc(bytes, ' ')));
    expect((await passTo(url, { action: 'export' })).answer).toMatchObject({
      complete,
      body: { length: 16 * 1024 * 1024 },
    });
  });

  it('to HEAD keeps the length of the body that does not come', async () => {
    const { url } = await rawHandler('HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n');
    const { answer } = await passTo(url, { method: 'HEAD' });
    expect(answer).toMatchObject({ headers: [['Content-Length', '35']], complete: true });
    expect(answer?.body).toHaveLength(0);
  });

  it('stays compressed when it comes so unasked, and is judged as everybody reads it who did not ask', async () => {
    const packed = gzipSync(good);
    const url = await startHandler((_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }).end(packed);
    });
    const outcome = await passTo(url);
    expect(outcome.answer?.body).toEqual(packed);
    expect(outcome.verdict).toBe('rejected');
  });
});

describe('the judgement', () => {
  it.each([
    ['lead', good, 'accepted', 'crm-90', []],
    ['lead', '{"status":"ok"}', 'rejected', undefined, ['order-id-missing']],
    ['message', '{"status":"ok"}', 'accepted', undefined, []],
    ['lead', '{"status":"error","message":"no"}', 'rejected', undefined, ['status-not-ok']],
    ['import_scheme', '{"statuses":[]}', 'accepted', undefined, []],
    ['export', '{"status":"error"}', 'rejected', undefined, ['status-not-ok']],
    ['call', '{"call_id":"1"}', 'rejected', undefined, ['status-missing']],
  ])('of an answer to %s: %s is %s', async (action, body, verdict, orderId, expected) => {
    const outcome = await passTo((await rawHandler(json(body))).url, { action });
    expect(outcome).toMatchObject({ verdict, orderId });
    expect(codes(outcome)).toEqual(expected);
  });

  it('of a large answer is that of send-lead, but an export may be large', async () => {
    const url = await startHandler((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(good + ' '.repeat(1024 * 1024));
    });
    const lead = await passTo(url);
    expect(codes(lead)).toEqual(['body-too-large']);
    expect(lead.answer).toMatchObject({ complete: true, body: { length: good.length + 1024 * 1024 } });
    expect(codes(await passTo(url, { action: 'export' }))).toEqual([]);
  });
});

describe('a proxy of the environment', () => {
  it('gets the whole address, and the raw headers of the answer still arrive', async () => {
    const { url: proxy, received } = await rawHandler('HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: \xff\r\n\r\n{}');
    const outcome = await passTo('http://crm.invalid/hook', {}, { proxies: { http: proxy, https: '', none: '' } });
    expect(received()).toMatch(/^GET http:\/\/crm\.invalid\/hook\?user=/);
    expect(outcome.answer?.headers.slice(0, 2)).toEqual([
      ['X-A', '1'],
      ['X-A', '\xc3\xbf'],
    ]);
  });
});
