import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { verdictOf } from '../../src/journal/verdict.ts';
import { exchange, firstRecord, makeForwarder, startForwarding } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { startServer } from '../helpers/webhookServer.ts';

const good = '{"status":"ok","order_id":"crm-90"}';

/** A handler whose calls wait until they are answered by the test. */
async function waitingHandler() {
  const calls = new EventEmitter();
  const url = await startHandler((_request, response) => {
    calls.emit('call', () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(good));
  });
  return { url, called: async () => ((await once(calls, 'call')) as [() => void])[0] };
}

describe('a handler that gives no answer', () => {
  it.each([
    ['is down', async () => `http://127.0.0.1:${await freePort()}/`, 502, 'connection-refused'],
    [
      'hangs up',
      async () => `http://127.0.0.1:${await startTcpServer((socket) => socket.once('data', () => socket.end()))}/`,
      502,
      'connection-reset',
    ],
    ['is silent', async () => `http://127.0.0.1:${await startTcpServer(() => {})}/`, 504, 'timeout'],
  ])('because it %s', async (_name, start, status, code) => {
    const handler = await start();
    const server = await startForwarding(handler);
    const response = await fetch(`${server.url}?action=lead&id=1`);
    expect(response.status).toBe(status);
    const body = await response.text();
    expect(JSON.parse(body)).toEqual({ status: 'error', message: expect.stringMatching(/^the handler /) });
    // Where the handler is, is nothing for the caller.
    expect(body).not.toContain(new URL(handler).port);
    const record = await firstRecord(server);
    expect(record).toMatchObject({
      answer: { status, body },
      forward: { verdict: 'unreachable', problems: [{ code }] },
      orderId: null,
      problems: [],
    });
    expect(verdictOf(record)).toBe('rejected');
  });

  it('because it has no end is answered 502, with its beginning in the record', async () => {
    const url = await startHandler((_request, response) => {
      const pump = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', pump);
      pump();
    });
    const server = await startForwarding(url);
    expect((await fetch(`${server.url}?action=lead&id=1`)).status).toBe(502);
    const { answer, forward } = await firstRecord(server);
    expect(answer).toMatchObject({ status: 502 });
    expect(forward).toMatchObject({ verdict: 'rejected', problems: [{ code: 'body-too-large' }] });
    expect(forward?.answer).toMatchObject({ status: 200, truncated: true });
    expect(forward?.answer?.body).toHaveLength(131_072);
  });
});

describe('while the handler works', () => {
  it('nothing goes out before its record is durable, and never its ok when that fails', async () => {
    const handler = await waitingHandler();
    const journal = new MemoryJournal();
    const server = await startForwarding(handler.url, { journal });
    const response = fetch(`${server.url}?action=lead&id=1`);
    const answer = await handler.called();
    await journal.close();
    answer();
    expect((await response).status).toBe(503);
    expect(await (await response).text()).not.toContain('crm-90');
    expect(server.failures).toHaveLength(1);
    expect(server.answered).toMatchObject([
      { answer: { status: 503 }, orderId: null, forward: { verdict: 'accepted' } },
    ]);
  });

  it('a caller that leaves does not stop it, and its answer is kept', async () => {
    const handler = await waitingHandler();
    const server = await startForwarding(handler.url);
    const socket: Socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /?action=lead&id=1 HTTP/1.1\r\nHost: a\r\n\r\n');
    const answer = await handler.called();
    socket.resetAndDestroy();
    // A second connection that is answered shows that the reset of the first has been seen.
    await exchange(server.port, 'garbage\r\n\r\n');
    answer();
    await expect.poll(() => server.answered.length).toBe(2);
    const record = server.answered[1] as JournalRecord;
    expect(record).toMatchObject({
      answer: null,
      orderId: null,
      problems: [{ code: 'caller-gone' }],
      forward: { verdict: 'accepted', answer: { status: 200, body: good } },
    });
    expect(verdictOf(record)).toBe('unanswered');
    expect(await server.records()).toHaveLength(2);
  });

  it('many callers wait on one connection, and get their answers in order', async () => {
    const url = await startHandler((request, response) => response.end(JSON.stringify({ url: request.url })));
    const server = await startForwarding(url);
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    const requests = Array.from({ length: 50 }, (_value, index) => {
      const connection = index === 49 ? 'Connection: close\r\n' : '';
      return `GET /?action=lead&id=${index} HTTP/1.1\r\nHost: a\r\n${connection}\r\n`;
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(requests.join(''));
    let all = '';
    for await (const chunk of socket) all += String(chunk);
    expect([...all.matchAll(/id=(\d+)"/g)].map(([, id]) => Number(id))).toEqual(Array.from(requests.keys()));
    expect(warnings).toEqual([]);
  });

  it('close waits for it, and relays its answer', async () => {
    const handler = await waitingHandler();
    const server = await startForwarding(handler.url);
    const response = fetch(`${server.url}?action=lead&id=1`);
    const answer = await handler.called();
    const closed = server.close();
    answer();
    expect(await (await response).text()).toBe(good);
    await closed;
  });

  it('close gives up after five seconds: the caller gets 503, and the record tells', async () => {
    const handler = await waitingHandler();
    const forwarder = makeForwarder(handler.url, { timeoutMs: 60_000 });
    const server = await startServer({ passOn: (request, stop) => forwarder.passOn(request, stop) });
    const response = fetch(`${server.url}?action=lead&id=1`);
    await handler.called();
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(6500);
    expect((await response).status).toBe(503);
    expect(await firstRecord(server)).toMatchObject({
      forward: { verdict: 'unreachable', problems: [{ code: 'server-stopped' }] },
    });
  });
});
