import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evenPace } from '../../src/client/pace.ts';
import { SendTally } from '../../src/client/sendTally.ts';
import { FakeTime } from '../helpers/fakeTime.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendNumbered as send } from '../helpers/sendNumbered.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

const good = '{"status":"ok","order_id":"155"}';
const json = { 'Content-Type': 'application/json' };

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
    expect(tally.firstRejected).toEqual({ index: 3, target: '/?n=3' });
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
        const isGone = (calls > 20 && calls <= 24) || calls > 60;
        if (isGone) socket.destroy();
        else
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${good.length}\r\n\r\n${good}`,
          );
      });
    });
    const { tally, end } = await send(`http://127.0.0.1:${port}/`, { count: 1000 });
    expect(end.kind).toBe('unreachable');
    expect(tally.accepted).toBe(56);
    expect(tally.unreachable).toBeLessThanOrEqual(4 + 5 + 3);
    expect(end.failure).toEqual({ code: 'connection-reset', inARow: 5 });
    expect(tally.problems.get('connection-reset')?.count).toBe(tally.unreachable);
  });

  it('keeps an even pace that does not catch up, over all lanes together', async () => {
    const time = new FakeTime();
    const times: number[] = [];
    const { url } = await startNumbered((index, _request, response) => {
      times.push(time.elapsed());
      if (index === 2) time.pass(200);
      response.writeHead(200, json).end(good);
    });
    await send(url, { count: 6, concurrency: 1, pace: evenPace(40), ...time.options });
    expect(times).toEqual([0, 40, 80, 280, 320, 360]);
    const together = new FakeTime();
    const sent: number[] = [];
    const targetOf = (index: number): string => {
      sent.push(together.elapsed());
      // Not 2, which takes long.
      return `/?n=${index + 100}`;
    };
    const { end } = await send(url, { count: 11, concurrency: 8, pace: evenPace(40), targetOf, ...together.options });
    expect(sent).toEqual([0, 40, 80, 120, 160, 200, 240, 280, 320, 360, 400]);
    expect(end.durationMs).toBe(400);
  });

  it('begins none after the duration, also while it waits for the next turn', async () => {
    const time = new FakeTime();
    const { url } = await startNumbered((_index, _request, response) => response.writeHead(200, json).end(good));
    const { tally, end } = await send(url, { durationMs: 300, pace: evenPace(3_600_000), ...time.options });
    expect(end).toEqual({ kind: 'done', durationMs: 300 });
    expect(tally.accepted).toBe(1);
  });

  it.each([
    ['as fast as answers come', undefined, { count: 10 }, { durationMs: 0, from: 0, gapMs: 0 }],
    [
      'at a pace, without a heap of what was due meanwhile',
      evenPace(100),
      { durationMs: 1000 },
      { durationMs: 1000, from: 5000, gapMs: 100 },
    ],
  ])(
    'waits for a handler that is not up yet, and does not count that time, %s',
    async (_how, pace, most, { durationMs, from, gapMs }) => {
      const port = await freePort();
      const server = createServer((_request, response) => response.writeHead(200, json).end(good));
      onTestFinished(() => server.close().closeAllConnections());
      const time = new FakeTime();
      const upAt = 5000;
      const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
        await time.sleep(ms, signal);
        if (time.elapsed() < upAt || server.listening) return;
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      };
      const begun: number[] = [];
      const targetOf = (): string => {
        begun.push(time.elapsed());
        return '/';
      };
      const options = { ...most, pace, targetOf, concurrency: 20, waitMs: 20_000, ...time.options, sleep };
      const { tally, end } = await send(`http://127.0.0.1:${port}/`, options);
      expect(end).toEqual({ kind: 'done', durationMs });
      expect(counts(tally)).toEqual({ accepted: begun.length, rejected: 0, unreachable: 0, unfinished: 0 });
      const [, ...others] = begun;
      const gaps = others.slice(1).map((at, index) => at - (others[index] ?? 0));
      expect(gaps.length).toBeGreaterThan(1);
      expect(others[0]).toBeGreaterThanOrEqual(from);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(gapMs);
    },
  );

  it('begins nothing more once it is interrupted, waits for what is under way, and gives up when told so', async () => {
    const [stop, urgent] = [new AbortController(), new AbortController()];
    const tally = new SendTally();
    const held: Array<() => void> = [];
    const { url, seen } = await startNumbered((index, _request, response) => {
      const answer = (): void => void response.writeHead(200, json).end(good);
      if (index < 30) return answer();
      held.push(answer);
      if (index === 30) stop.abort();
    });
    let begun = 0;
    const targetOf = (index: number): string => {
      begun += 1;
      return `/?n=${index}`;
    };
    const signals = { signal: stop.signal, urgent: urgent.signal };
    const sending = send(url, { count: 1000, concurrency: 4, targetOf, tally, ...signals });
    await expect.poll(() => stop.signal.aborted && seen.length === begun).toBe(true);
    await expect.poll(() => tally.accepted).toBe(30);
    const late = held.length;
    held[0]?.();
    await expect.poll(() => tally.accepted).toBe(31);
    expect(begun).toBe(30 + late);
    urgent.abort();
    const { end } = await sending;
    expect(end.kind).toBe('interrupted');
    expect(counts(tally)).toEqual({ accepted: 31, rejected: 0, unreachable: 0, unfinished: late - 1 });
    expect(seen).toHaveLength(begun);
  });

  it.each([1, 4])(
    'loses nothing to a handler that closes connections without a word, %i at a time',
    async (concurrency) => {
      let connections = 0;
      const port = await startTcpServer((socket) => {
        connections += 1;
        socket.on('data', () => {
          socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 32\r\n\r\n${good}`);
        });
      });
      const { tally, end } = await send(`http://127.0.0.1:${port}/`, { count: 100, concurrency });
      expect(end.kind).toBe('done');
      expect(counts(tally)).toEqual({ accepted: 100, rejected: 0, unreachable: 0, unfinished: 0 });
      expect(connections).toBe(100);
    },
  );
});
