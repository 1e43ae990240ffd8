import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { raw, startServer } from '../helpers/webhookServer.ts';

const lead = (id: number, headers = ''): string => `GET /?action=lead&id=${id} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const last = (id: number): string => lead(id, 'Connection: close\r\n');

/** A server that writes to a disk, so that an answer takes its time, as in life. */
async function startOnDisk() {
  const journal = await FolderJournal.open(await temporaryFolder(), '2026-11-22');
  const server = await startServer({ journal });
  return { ...server, ids: async () => (await server.records()).map(({ parameters }) => parameters['id'] ?? '-') };
}

const statuses = (received: string): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code = '']) => code);

describe('several requests in one packet', () => {
  it('are each answered, in order, and recorded', async () => {
    const { port, ids } = await startOnDisk();
    const received = await raw(port, lead(1) + lead(2) + lead(3) + last(4));
    expect(statuses(received)).toEqual(['200', '200', '200', '200']);
    expect([...received.matchAll(/order-(\d)/g)].map(([, id]) => id)).toEqual(['1', '2', '3', '4']);
    expect((await ids()).toSorted()).toEqual(['1', '2', '3', '4']);
  });

  it('with garbage behind them are answered first, then the garbage, and each is recorded once', async () => {
    const { port, ids, url } = await startOnDisk();
    const received = await raw(port, `${lead(1)}${lead(2)}garbage\r\n\r\n`);
    expect(statuses(received)).toEqual(['200', '200', '400']);
    expect(received.indexOf('order-2')).toBeLessThan(received.indexOf('not an HTTP request'));
    expect((await ids()).toSorted()).toEqual(['-', '1', '2']);
    expect((await fetch(`${url}?action=lead&id=9`)).status).toBe(200);
  });

  it('with a body, and garbage behind it, are answered, and the connection is closed', async () => {
    const { port, records } = await startOnDisk();
    const post = 'POST /?id=1 HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello';
    expect(statuses(await raw(port, `${post}GET /?id=2 HTTP/\r\n\r\n`))[0]).toBe('405');
    await expect.poll(async () => (await records()).map(({ answer }) => answer?.status)).toEqual([405, 400]);
  });

  it('with a tunnel behind them are answered first', async () => {
    const { port, ids } = await startOnDisk();
    const received = await raw(port, `${lead(1)}CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(statuses(received)).toEqual(['200', '405']);
    expect((await ids()).toSorted()).toEqual(['-', '1']);
  });

  it('with a part of another one behind them, and the end of the connection, are answered', async () => {
    const { port, ids } = await startOnDisk();
    expect(statuses(await raw(port, `${lead(1)}GET /?id=2 HT`))).toEqual(['200']);
    expect(await ids()).toEqual(['1']);
  });

  it('by the thousand on one connection that nobody reads are recorded, and the server goes on', async () => {
    const { port, url, answered, ids } = await startOnDisk();
    const many = 2000;
    const received = await raw(port, Array.from({ length: many }, (_, id) => lead(id)).join(''));
    expect(statuses(received)).toHaveLength(many);
    await expect.poll(() => answered.length).toBe(many);
    expect(new Set(await ids()).size).toBe(many);
    expect((await fetch(`${url}?action=lead&id=9`)).status).toBe(200);
  });
});

it('a caller that ends its side behind its request gets its answer', async () => {
  const { port, ids } = await startOnDisk();
  // `raw` ends its side with the last byte.
  expect(await raw(port, lead(1))).toMatch(/^HTTP\/1.1 200 .*order-1/s);
  expect(await ids()).toEqual(['1']);
});

describe('a request that asks for another protocol', () => {
  const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n';
  const post = (body: string): string =>
    `POST /?id=1 HTTP/1.1\r\nHost: a\r\n${upgrade}Content-Length: 5\r\n\r\n${body}`;

  it('is answered as any other, and told that nothing behind it was read', async () => {
    const { port, ids } = await startOnDisk();
    for (const first of [lead(1, upgrade), post('hello')]) {
      const received = await raw(port, `${first}${lead(2)}`);
      expect(statuses(received)).toHaveLength(1);
      expect(received).toContain('Connection: close\r\n');
    }
    expect(await ids()).toEqual(['1', '1']);
  });

  it.each([
    ['a body that is cut', lead(7), '200', 'hel'],
    ['no body', lead(7), '200', ''],
    [
      'a cut body behind a whole one',
      'POST /?id=7 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
      '405',
      'hel',
    ],
  ])(
    'whose caller ends within it, with %s, is closed and recorded at once',
    async (_name, first, status, body) => {
      const { port, records, answered } = await startOnDisk();
      // Without an end of its own it would take the minute that a whole request may take.
      expect(statuses(await raw(port, `${first}${post(body)}`))).toEqual([status]);
      await expect.poll(() => answered.length).toBe(2);
      expect(await records()).toMatchObject([
        { answer: { status: Number(status) } },
        { answer: null, problems: [{ code: 'method-not-get' }, { code: 'request-aborted' }] },
      ]);
    },
    10_000,
  );
});

/** Shapes that servers read differently, and so may take one request for two. */
describe('a request of two meanings is refused with 400, closed, and recorded once', () => {
  const inner = 'GET /?action=lead&id=smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
  const post = (headers: string, body: string): string => `POST /?id=1 HTTP/1.1\r\nHost: a\r\n${headers}\r\n${body}`;
  it.each([
    [
      'length and chunks',
      post(`Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${inner}`),
    ],
    ['chunks and length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${inner}`)],
    ['two lengths', post(`Content-Length: 0\r\nContent-Length: ${inner.length}\r\n`, inner)],
    ['two lengths in one header', post(`Content-Length: 0, ${inner.length}\r\n`, inner)],
    ['a length with a sign', post('Content-Length: +5\r\n', `hello${inner}`)],
    ['a length that is none', post('Content-Length: 0x5\r\n', `hello${inner}`)],
    ['a length beyond all numbers', post('Content-Length: 99999999999999999999\r\n', inner)],
    ['an unknown coding behind chunks', post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${inner}`)],
    ['a coding that is no chunks', post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${inner}`)],
    ['a blank before the colon', post('Content-Length : 5\r\n', `hello${inner}`)],
    ['a blank before the first header', `GET / HTTP/1.1\r\n Host: a\r\n\r\n${inner}`],
    ['a chunk size that is none', post('Transfer-Encoding: chunked\r\n', `xyz\r\nhello\r\n0\r\n\r\n${inner}`)],
    [
      'a chunk size beyond all numbers',
      post('Transfer-Encoding: chunked\r\n', `fffffffffffffffff\r\nhello\r\n${inner}`),
    ],
    ['a chunk that is longer than its size', post('Transfer-Encoding: chunked\r\n', `3\r\nhello\r\n0\r\n\r\n${inner}`)],
    ['a chunk line that ends with LF alone', post('Transfer-Encoding: chunked\r\n', `5\nhello\n0\n\n${inner}`)],
    ['lines that end with CR alone', `GET / HTTP/1.1\rHost: a\r\r${inner}`],
    ['NUL in a header', `GET /?id=1 HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n${inner}`],
    ['NUL in the target', `GET /?id=\0 HTTP/1.1\r\nHost: a\r\n\r\n${inner}`],
    ['a version that is none', `GET /?id=1 HTTP/9.9\r\nHost: a\r\n\r\n${inner}`],
    ['a method that is none', `get /?id=1 HTTP/1.1\r\nHost: a\r\n\r\n${inner}`],
  ])('%s', async (_name, bytes) => {
    const { port, records, url } = await startOnDisk();
    const received = await raw(port, bytes);
    expect(statuses(received)).toEqual(['400']);
    const all = await records();
    expect(all).toMatchObject([{ answer: { status: 400 } }]);
    expect(all[0]?.problems.at(-1)?.code).toBe('request-malformed');
    expect((await fetch(`${url}?action=lead&id=9`)).status).toBe(200);
  });

  it('folded headers and chunk extensions have one meaning here, and nothing is smuggled by them', async () => {
    const { port, ids } = await startOnDisk();
    const folded = 'GET /?action=lead&id=1 HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\nConnection: close\r\n\r\n';
    const received = await raw(port, folded);
    expect(statuses(received)).toHaveLength(1);
    const extended = post(
      'Transfer-Encoding: chunked\r\nConnection: close\r\n',
      '5;a="b\u0001";c\r\nhello\r\n0\r\n\r\n',
    );
    expect(statuses(await raw(port, extended))).toHaveLength(1);
    expect(await ids()).toHaveLength(2);
  });
});
