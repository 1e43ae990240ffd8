import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { startForwarding } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { openCaller, type RawCaller } from '../helpers/rawCaller.ts';
import { raw, startServer } from '../helpers/webhookServer.ts';

const lead = 'GET /?action=lead&id=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const post = (length: number): string => `POST /?id=2 HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
const isOpen = ({ socket }: RawCaller): boolean => !socket.closed;

describe('time', () => {
  it('headers that do not come to their end are answered 408 and recorded once', async () => {
    const { port, records } = await startServer({ limits: { headersMs: 200, checkEveryMs: 50 } });
    const slow = await openCaller(port, 'GET /?action=lead&id=1 HTTP/1.1\r\nX-Slow: ');
    await slow.closed;
    expect(slow.received()).toMatch(/^HTTP\/1.1 408 .*"status":"error"/s);
    expect(await records()).toMatchObject([{ answer: { status: 408 }, problems: [{ code: 'request-aborted' }] }]);
    expect(await raw(port, lead)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('a body that drips is answered 408, and recorded once with its beginning', async () => {
    const { port, records, answered } = await startServer({
      limits: { requestMs: 300, headersMs: 300, checkEveryMs: 50 },
    });
    const slow = await openCaller(port, `${post(1000)}begin`);
    const drip = setInterval(() => slow.socket.write('.'), 20);
    await slow.closed;
    clearInterval(drip);
    expect(slow.received()).toMatch(/^HTTP\/1.1 408 .*did not arrive in time/s);
    expect(await records()).toMatchObject([
      {
        method: 'POST',
        target: '/?id=2',
        answer: { status: 408 },
        body: { data: expect.stringMatching(/^begin\.+$/) },
      },
    ]);
    expect((await records())[0]?.problems.map(({ code }) => code)).toEqual(['method-not-get', 'request-aborted']);
    expect(answered).toHaveLength(1);
    expect(await raw(port, lead)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('a connection that is not used is closed without a record', async () => {
    const { port, records } = await startServer({ limits: { keepAliveMs: 100, headersMs: 100, checkEveryMs: 50 } });
    const silent = await openCaller(port);
    const used = await openCaller(port, lead.replace('Connection: close\r\n', ''));
    await Promise.all([silent.closed, used.closed]);
    expect(silent.received()).toBe('');
    expect(used.received()).toMatch(/^HTTP\/1.1 200 /);
    expect(await records()).toHaveLength(1);
  });
});

describe('connections', () => {
  it('who does not take an answer is cut off, and others have the place', async () => {
    const handler = await startHandler((_request, response) => response.end(Buffer.alloc(15_000_000, 'x')));
    const server = await startForwarding(handler, { limits: { connections: 1, answerMs: 200 } });
    const caller = connect(server.port, '127.0.0.1').pause();
    onTestFinished(() => void caller.destroy());
    caller.write(lead);
    await expect.poll(() => server.records()).toHaveLength(1);
    const another = openCaller(server.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n');
    await (
      await another
    ).closed;
    expect((await another).received()).toBe('');
    const recorded = async (): Promise<number> => {
      await raw(server.port, lead);
      return (await server.records()).length;
    };
    await expect.poll(recorded, { timeout: 5000 }).toBe(2);
  });

  it('beyond the limit the longest idle one is closed, and the new one is answered', async () => {
    const { port, records } = await startServer({ limits: { connections: 3 } });
    const first = await openCaller(port);
    const second = await openCaller(port, 'GET /?action=lead&id=1 HTTP/1.1\r\nX-Slow: ');
    const third = await openCaller(port, lead.replace('Connection: close\r\n', ''));
    await expect.poll(third.received).toMatch(/200 OK/);
    expect(await raw(port, lead)).toMatch(/^HTTP\/1.1 200 /);
    await first.closed;
    expect([second, third].map(isOpen)).toEqual([true, true]);
    await openCaller(port);
    await openCaller(port);
    await second.closed;
    expect(isOpen(third)).toBe(true);
    expect(await records()).toHaveLength(2);
  });

  it('one whose request is worked on is not closed for others', async () => {
    const memory = new MemoryJournal();
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const journal = {
      scan: () => memory.scan(),
      close: () => memory.close(),
      append: async (...call: Parameters<MemoryJournal['append']>) => {
        await gate;
        await memory.append(...call);
      },
    };
    const { port, answered, url } = await startServer({ journal, limits: { connections: 2 } });
    const working = await openCaller(port, lead);
    const arriving = await openCaller(port, post(10).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    await expect.poll(arriving.received).toMatch(/100 Continue/);
    // The third closes the second, for the first is worked on.
    const third = await openCaller(port);
    await arriving.closed;
    await openCaller(port);
    await third.closed;
    open();
    await working.closed;
    expect(working.received()).toMatch(/^HTTP\/1.1 200 /);
    await expect.poll(() => answered.length).toBe(2);
    expect(answered.find(({ method }) => method === 'POST')).toMatchObject({
      answer: null,
      problems: [{ code: 'method-not-get' }, { code: 'request-aborted' }],
    });
    expect((await fetch(`${url}?action=lead&id=3`)).status).toBe(200);
  });
});

describe('bodies', () => {
  it('beyond the limit of all together are refused with 503 and recorded; a lead is answered all the same', async () => {
    const { port, url, records } = await startServer({ limits: { bodyBytes: 128 * 1024 } });
    const holding = await openCaller(port, post(60_000).replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'));
    await expect.poll(holding.received).toMatch(/100 Continue/);
    holding.socket.write('a'.repeat(59_999));
    const refused = await raw(port, post(70_000) + 'b'.repeat(70_000));
    expect(refused).toMatch(/^HTTP\/1.1 503 .*too many bodies/s);
    expect((await fetch(`${url}?action=lead&id=1`)).status).toBe(200);
    holding.socket.end('z');
    await holding.closed;
    expect(holding.received()).toMatch(/HTTP\/1.1 405 /);
    // What was held is given back.
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await raw(port, post(90_000) + 'c'.repeat(90_000))).toMatch(/^HTTP\/1.1 405 /);
    }
    const all = (await records()).map(({ answer, problems, body }) => [
      answer?.status,
      problems.map(({ code }) => code).join(),
      body?.bytes,
    ]);
    expect(all).toEqual([
      [503, 'method-not-get,bodies-too-many', 70_000],
      [200, '', undefined],
      [405, 'method-not-get', 60_000],
      [405, 'method-not-get', 90_000],
      [405, 'method-not-get', 90_000],
      [405, 'method-not-get', 90_000],
    ]);
  });
});
