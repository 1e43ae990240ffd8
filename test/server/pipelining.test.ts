import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Journal } from '../../src/journal/journal.ts';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { jsonAnswer, sendAnswer } from '../../src/server/sendAnswer.ts';
import { type ServerLimits } from '../../src/server/serverLimits.ts';
import { makeForwarder } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { openCaller } from '../helpers/rawCaller.ts';
import { upTo } from '../journal/contract.ts';
import { raw, startServer } from '../helpers/webhookServer.ts';

/** A journal that holds the record of the first request back until `open`. */
function journalThatHoldsFirst(): { readonly journal: Journal; readonly open: () => void } {
  const memory = new MemoryJournal();
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const journal: Journal = {
    scan: () => memory.scan(),
    close: () => memory.close(),
    append: async (record) => {
      if (record.seq === 1) await opened;
      await memory.append(record);
    },
  };
  return { journal, open };
}

/** So many requests in one packet, each of another lead. */
const requests = (count: number): string =>
  Array.from({ length: count }, (_, index) => `GET /?action=lead&id=${index + 1} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');

const lead = (id: string): string => `GET /?action=lead&id=${id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

const orderIds = (answers: string): string[] => answers.match(/order-\w+/g) ?? [];

/** Sends requests of which the first is held back, and waits until so many of the others are recorded. */
async function sendHeld(count: number, recorded = count - 1) {
  const { journal, open } = journalThatHoldsFirst();
  const server = await startServer({ journal });
  const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.write(requests(count));
  await expect.poll(async () => (await server.records()).length).toBe(recorded);
  return { server, socket, open, received: () => received };
}

describe('requests that come behind each other on one connection', () => {
  it('are answered in their order, whichever is recorded first', async () => {
    const { server, open, received } = await sendHeld(16);
    expect(received()).toBe('');
    open();
    const all = Array.from({ length: 16 }, (_, index) => `order-${index + 1}`);
    await expect.poll(() => orderIds(received())).toEqual(all);
    await expect.poll(() => server.answered.map(({ seq }) => seq).toSorted((a, b) => a - b)).toHaveLength(16);
  });

  it('whose caller leaves while they wait are told, and hold nobody up', async () => {
    const { server, socket, open } = await sendHeld(5);
    socket.resetAndDestroy();
    // Those that wait behind the first one know it by the end of the connection.
    await expect.poll(() => server.answered.length).toBe(4);
    expect(
      orderIds(await raw(server.port, 'GET /?action=lead&id=9 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')),
    ).toEqual(['order-9']);
    open();
    await server.close();
    expect(server.answered.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  }, 4000);
});

describe('more requests of one connection than are worked on at a time', () => {
  it('wait for their turn, and come in their order', async () => {
    const { server, open, received } = await sendHeld(500, 15);
    // Another caller has nothing to do with it.
    expect(orderIds(await raw(server.port, lead('other')))).toEqual(['order-other']);
    expect((await server.records()).length).toBe(16);
    open();
    await expect.poll(() => orderIds(received())).toHaveLength(500);
    expect(orderIds(received())).toEqual(upTo(500).map((id) => `order-${id}`));
    const { records } = server;
    expect((await records()).map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(upTo(501));
  });

  it('and garbage behind them: they are answered before it', async () => {
    const { server, open, received } = await sendHeld(40, 15);
    const caller = await openCaller(server.port, `${requests(60)}garbage\r\n\r\n`);
    open();
    await caller.closed;
    expect(orderIds(caller.received())).toHaveLength(60);
    expect(caller.received()).toMatch(/HTTP\/1.1 400 [^]*not an HTTP request"}$/);
    await expect.poll(() => orderIds(received())).toHaveLength(40);
  });

  it('leave nothing on their connection once they are answered', async () => {
    let used: Socket | undefined;
    const server = createServer((request, response) => {
      used = request.socket;
      void sendAnswer(response, jsonAnswer({ status: 200, body: '{}' }), { close: false, answerMs: 60_000 });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const caller = await openCaller((server.address() as AddressInfo).port, requests(100));
    await expect.poll(() => caller.received().match(/200 OK/g)).toHaveLength(100);
    expect(used?.listenerCount('close')).toBeLessThan(10);
  });

  it('and a body behind them that still arrives are read to its end while the server closes', async () => {
    const { journal, open } = journalThatHoldsFirst();
    const server = await startServer({ journal });
    const caller = await openCaller(server.port, requests(1));
    caller.socket.write(requests(1));
    await expect.poll(server.records).toHaveLength(1);
    const closed = server.close();
    caller.socket.write(`${requests(1)}POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n`);
    await expect.poll(server.records).toHaveLength(2);
    caller.socket.write('hello');
    await expect.poll(server.records).toHaveLength(3);
    open();
    await closed;
    await caller.closed;
    expect(caller.received().match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['200', '200', '200', '405']);
  });

  it('with a body each are read to their end', async () => {
    const server = await startServer();
    const body = 'x'.repeat(20_000);
    const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const caller = await openCaller(server.port, `${requests(40)}${post.repeat(40)}${requests(40)}`);
    await expect.poll(() => caller.received().match(/HTTP\/1.1 \d+/g)?.length).toBe(120);
    expect((await server.records()).filter((record) => record.body?.bytes === body.length)).toHaveLength(40);
  });
});

/** A server before a handler that answers when it is told to, but a lead named `other` at once. */
async function startHeldHandler(limits: Partial<ServerLimits> = {}) {
  const calls: ServerResponse[] = [];
  let isHeld = true;
  const answer = (response: ServerResponse): void => void response.end('{"status":"ok","order_id":"1"}');
  const url = await startHandler((request, response) => {
    if (!isHeld || request.url?.includes('id=other')) answer(response);
    else calls.push(response);
  });
  const forwarder = makeForwarder(url, { timeoutMs: 20_000 });
  const server = await startServer({ passOn: (request, stop) => forwarder.passOn(request, stop), limits });
  // Else the end of the server would wait for them.
  onTestFinished(() => {
    isHeld = false;
    for (const call of calls) answer(call);
  });
  return {
    server,
    calls,
    answer: (index: number) => answer(calls[index] as ServerResponse),
    /** Another caller, on a connection of its own. */
    other: async () => (await fetch(`${server.url}?action=lead&id=other`, { headers: { Connection: 'close' } })).status,
  };
}

describe('requests that a slow handler answers', () => {
  it('are passed on one after the other, and nothing more is read of their connection', async () => {
    const { server, calls, answer, other } = await startHeldHandler();
    const bytes = requests(1000).repeat(500);
    const caller = await openCaller(server.port, bytes);
    await expect.poll(() => calls.length).toBe(1);
    for (const turn of upTo(5)) {
      expect(await other()).toBe(200);
      expect(calls).toHaveLength(turn);
      answer(turn - 1);
      await expect.poll(() => caller.received().match(/HTTP\/1.1 200/g)?.length).toBe(turn);
      await expect.poll(() => calls.length).toBe(turn + 1);
    }
    // Most of it stands in the buffers of the caller.
    expect(caller.socket.writableLength).toBeGreaterThan(bytes.length / 2);
  });

  it('are not passed on any more once their caller has left, and the record says that nobody was answered', async () => {
    const { server, calls, answer } = await startHeldHandler();
    const caller = await openCaller(server.port, requests(5));
    await expect.poll(() => calls.length).toBe(1);
    caller.socket.resetAndDestroy();
    await caller.closed;
    answer(0);
    await expect.poll(() => server.answered.length).toBe(5);
    expect(calls).toHaveLength(1);
    const [, ...others] = await server.records();
    for (const { answer: given, orderId, problems, forward } of others) {
      expect({ given, orderId, forward }).toEqual({ given: null, orderId: null, forward: undefined });
      expect(problems.map(({ code }) => code)).toContain('caller-gone');
    }
    expect(others).toHaveLength(4);
  });

  it('and of which too many wait in all: the connection that adds to them is closed, nothing of it is passed on', async () => {
    const { server, calls, answer, other } = await startHeldHandler({ waiting: 15 });
    const first = await openCaller(server.port, requests(12));
    await expect.poll(() => calls.length).toBe(1);
    const second = await openCaller(server.port, requests(2000));
    await second.closed;
    expect(second.received()).toBe('');
    expect(await other()).toBe(200);
    for (const turn of upTo(12)) {
      await expect.poll(() => calls.length).toBe(turn);
      answer(turn - 1);
    }
    await expect.poll(() => first.received().match(/HTTP\/1.1 200/g)?.length).toBe(12);
    expect(calls).toHaveLength(12);
    // Places are free again.
    const third = await openCaller(server.port, requests(10));
    await expect.poll(() => calls.length).toBe(13);
    expect(third.socket.closed).toBe(false);
  });

  it('count as connections when their callers have left, so that these cannot make any number of them', async () => {
    const { server, calls, answer, other } = await startHeldHandler({ connections: 2 });
    for (const turn of upTo(2)) {
      const caller = await openCaller(server.port, requests(1));
      await expect.poll(() => calls.length).toBe(turn);
      caller.socket.resetAndDestroy();
    }
    const refused = await openCaller(server.port, requests(1));
    await refused.closed;
    expect([refused.received(), calls.length]).toEqual(['', 2]);
    answer(0);
    await expect.poll(() => server.answered.length).toBe(1);
    expect(await other()).toBe(200);
  });
});
