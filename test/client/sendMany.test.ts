import { setTimeout as delay } from 'node:timers/promises';
import { type RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { evenPace } from '../../src/client/pace.ts';
import { type SendManyOptions, sendMany } from '../../src/client/sendMany.ts';
import { SendTally } from '../../src/client/sendTally.ts';
import { directWithin } from '../helpers/caller.ts';
import { startHandler } from '../helpers/handler.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

const good = '{"status":"ok","order_id":"155"}';
const json = { 'Content-Type': 'application/json' };

async function send(url: string, options: Partial<SendManyOptions> = {}, timeoutMs = 5000) {
  const tally = new SendTally();
  const end = await sendMany({
    lane: { ...directWithin(timeoutMs), origin: new URL(url).origin, headers: ['X-Shop', '7'] },
    action: 'lead',
    targetOf: (index) => `/?n=${index}`,
    count: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    concurrency: 4,
    pace: undefined,
    waitMs: 0,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    signal: new AbortController().signal,
    urgent: new AbortController().signal,
    tally,
    ...options,
  });
  return { tally, end };
}

/** A handler that gets the number of each request, and what it saw. */
async function startNumbered(answer: (index: number, ...rest: Parameters<RequestListener>) => void) {
  const seen: number[] = [];
  let most = 0;
  let underWay = 0;
  const url = await startHandler((request, response) => {
    const index = Number(/n=(\d+)/.exec(request.url ?? '')?.[1]);
    seen.push(index);
    underWay += 1;
    most = Math.max(most, underWay);
    response.on('close', () => (underWay -= 1));
    answer(index, request, response);
  });
  return { url, seen, most: () => most };
}

const counts = ({ accepted, rejected, unreachable, unfinished }: SendTally) => ({
  accepted,
  rejected,
  unreachable,
  unfinished,
});

describe('sendMany', () => {
  it('sends each number once, in order, so many at a time, and judges each answer', async () => {
    const first: Array<() => void> = [];
    const { url, seen, most } = await startNumbered((index, request, response) => {
      expect(request.headers['x-shop']).toBe('7');
      // The first four are answered once all of them are there.
      if (index < 4) {
        first.push(() => response.writeHead(200, json).end(index === 3 ? '{"status":"error"}' : good));
        if (first.length === 4) for (const answer of first) answer();
        return;
      }
      response.writeHead(200, json).end(index % 10 === 3 ? '{"status":"error","message":"no"}' : good);
    });
    const { tally, end } = await send(url, { count: 200 });
    expect(end.kind).toBe('done');
    expect(counts(tally)).toEqual({ accepted: 180, rejected: 20, unreachable: 0, unfinished: 0 });
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(most()).toBe(4);
    expect(tally.firstRejected).toBe(3);
    expect(tally.problems.get('status-not-ok')).toMatchObject({ count: 20, first: { index: 3 } });
    expect(tally.latencies.percentile(99)).toBeGreaterThan(0);
  });

  it('takes the time limit for each request alone, goes on after one that was too slow, and after one too large', async () => {
    const { url } = await startNumbered((index, _request, response) => {
      if (index === 2) return;
      response.writeHead(200, json).end(index === 4 ? 'x'.repeat(2 * 1024 * 1024) : good);
    });
    const { tally, end } = await send(url, { count: 20, concurrency: 2 }, 300);
    expect(end.kind).toBe('done');
    expect(counts(tally)).toEqual({ accepted: 18, rejected: 1, unreachable: 1, unfinished: 0 });
    expect([...tally.problems.keys()].toSorted()).toEqual(['body-too-large', 'timeout']);
  });

  it('stops at once where nothing listens', async () => {
    const { tally, end } = await send(`http://127.0.0.1:${await freePort()}/`, { count: 1000 });
    expect(end.kind).toBe('unreachable');
    expect(tally.sent).toBe(4);
  });

  it('stops when the handler goes away, but not for one event that fails all that are under way', async () => {
    let calls = 0;
    const port = await startTcpServer((socket) => {
      socket.on('data', () => {
        calls += 1;
        const isGone = (calls > 20 && calls <= 23) || calls > 60;
        if (isGone) socket.destroy();
        else
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${good.length}\r\n\r\n${good}`,
          );
      });
    });
    const { tally, end } = await send(`http://127.0.0.1:${port}/`, { count: 1000 });
    expect(end.kind).toBe('unreachable');
    expect(tally.accepted).toBe(57);
    expect(tally.unreachable).toBeLessThanOrEqual(3 + 4 + 4);
    expect(tally.problems.get('connection-reset')?.count).toBe(tally.unreachable);
  });

  it('keeps an even pace that does not catch up, over all lanes together', async () => {
    const times: number[] = [];
    const { url } = await startNumbered((index, _request, response) => {
      times.push(performance.now());
      if (index === 2) setTimeout(() => response.writeHead(200, json).end(good), 200);
      else response.writeHead(200, json).end(good);
    });
    const { end } = await send(url, { count: 12, concurrency: 1, pace: evenPace(40) });
    expect(end.durationMs).toBeGreaterThan(11 * 40 + 100);
    const { end: together } = await send(url, { count: 11, concurrency: 8, pace: evenPace(40) });
    expect(together.durationMs).toBeGreaterThanOrEqual(10 * 40 - 5);
  });

  it('begins none after the duration, also while it waits for the next turn', async () => {
    const { url } = await startNumbered((_index, _request, response) => response.writeHead(200, json).end(good));
    const { tally, end } = await send(url, { durationMs: 300, pace: evenPace(3_600_000) });
    expect(end).toMatchObject({ kind: 'done' });
    expect(tally.accepted).toBe(1);
    expect(end.durationMs).toBeGreaterThanOrEqual(299);
  });

  it('waits for a handler that is not up yet, and does not count that time', async () => {
    const port = await freePort();
    const { createServer } = await import('node:http');
    const server = createServer((_request, response) => response.writeHead(200, json).end(good));
    const timer = setTimeout(() => server.listen(port, '127.0.0.1'), 700);
    const { tally, end } = await send(`http://127.0.0.1:${port}/`, { count: 10, waitMs: 20_000 });
    clearTimeout(timer);
    server.close().closeAllConnections();
    expect(end.kind).toBe('done');
    expect(counts(tally)).toEqual({ accepted: 10, rejected: 0, unreachable: 0, unfinished: 0 });
    expect(end.durationMs).toBeLessThan(600);
  });

  it('begins nothing more once it is interrupted, waits for what is under way, and gives up when told so', async () => {
    const [stop, urgent] = [new AbortController(), new AbortController()];
    const { url, seen } = await startNumbered((index, _request, response) => {
      if (index === 30) stop.abort();
      if (index >= 30) return void setTimeout(() => urgent.abort(), 50);
      response.writeHead(200, json).end(good);
    });
    const { tally, end } = await send(url, { count: 1000, signal: stop.signal, urgent: urgent.signal });
    expect(end.kind).toBe('interrupted');
    expect(tally.sent).toBe(seen.length);
    expect(tally.accepted).toBeGreaterThanOrEqual(30);
    expect(tally.unfinished).toBe(seen.filter((index) => index >= 30).length);
  });
});
