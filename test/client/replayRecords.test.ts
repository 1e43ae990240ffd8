import { describe, expect, it } from 'vitest';
import { type Delivery } from '../../src/client/delivery.ts';
import { type Resent } from '../../src/client/handlerCaller.ts';
import { evenPace, noPace } from '../../src/client/pace.ts';
import { replayRecords, type ReplayOptions } from '../../src/client/replayRecords.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { problem, type ProblemCode } from '../../src/protocol/problems.ts';
import { recordOf } from '../helpers/records.ts';

const record = (seq: number): JournalRecord => recordOf(`/?id=${seq}`, { seq });

function delivery(verdict: Delivery['verdict'], code?: ProblemCode): Resent {
  const request = { url: 'http://a/', token: '', headers: [], insecure: false, cacert: undefined, proxy: undefined };
  const sent = { ...request, parameters: [], targetBytes: 1 };
  const problems = code === undefined ? [] : [problem(code, '', '')];
  const facts = { action: 'lead', verdict, orderId: undefined, problems, request: sent, answer: undefined };
  return { kind: 'delivery', delivery: facts };
}

const accepted = delivery('accepted');
const refused = delivery('unreachable', 'connection-refused');
const late = delivery('unreachable', 'timeout');
const masked: Resent = { kind: 'unsendable', code: 'token-unknown', reason: '' };
const garbage: Resent = { kind: 'unsendable', code: 'not-a-request', reason: '' };

interface Run {
  readonly read: number[];
  readonly sent: number[];
  readonly done: number[];
  readonly end: Awaited<ReturnType<typeof replayRecords>>;
}

/** Replays ten records; `send` decides on each by its number. */
async function run(
  send: (seq: number) => Resent | Promise<Resent>,
  options: Partial<ReplayOptions> = {},
): Promise<Run> {
  const [read, sent, done]: [number[], number[], number[]] = [[], [], []];
  async function* records(): AsyncGenerator<JournalRecord> {
    for (let seq = 1; seq <= 10; seq += 1) {
      read.push(seq);
      yield record(seq);
    }
  }
  const end = await replayRecords({
    records: records(),
    send: async ({ seq }) => {
      sent.push(seq);
      return send(seq);
    },
    concurrency: 1,
    pace: noPace,
    clock: { elapsed: () => 0, sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    observer: { waiting: () => {}, done: ({ seq }) => void done.push(seq) },
    ...options,
  });
  return { read, sent, done, end };
}

const all = Array.from({ length: 10 }, (_, index) => index + 1);
const named = (seq: number) => ({ run: '0badcafe', seq });

describe('a replay', () => {
  it('sends all records in their order', async () => {
    const { sent, end } = await run(() => accepted);
    expect(sent).toEqual(all);
    expect(end).toEqual({ kind: 'done', last: named(10), settled: 10, beyond: 0, isLeft: false });
  });

  it('has no more under way than it may, and reads one further than that', async () => {
    const read: number[] = [];
    async function* records(): AsyncGenerator<JournalRecord> {
      for (const seq of all) {
        read.push(seq);
        yield record(seq);
      }
    }
    const underWay: Array<() => void> = [];
    const most: number[] = [];
    let finished = 0;
    const send = async (): Promise<Resent> => {
      await new Promise<void>((resolve) => {
        underWay.push(resolve);
        // Once nothing more is begun: the last one first.
        if (underWay.length === 3 || read.length === 10) {
          setImmediate(() => {
            most.push(underWay.length, read.length - finished - 1);
            for (const go of underWay.splice(0).toReversed()) go();
          });
        }
      });
      finished += 1;
      return accepted;
    };
    const { end } = await run(send, { concurrency: 3, records: records() });
    expect({ most: Math.max(...most), kind: end.kind }).toEqual({ most: 3, kind: 'done' });
    expect(read).toEqual(all);
  });

  it('keeps its pace by the clock', async () => {
    let now = 0;
    const times: number[] = [];
    const clock = {
      elapsed: () => now,
      // Timers may fire early.
      sleep: (ms: number) => Promise.resolve((now += Math.max(1, Math.floor(ms / 2)))),
    };
    await run(
      () => {
        times.push(now);
        return accepted;
      },
      { pace: evenPace(100), clock },
    );
    expect(times).toEqual(all.map((seq) => (seq - 1) * 100));
  });
});

describe('a replay stops', () => {
  it('at once when the handler is not there', async () => {
    const { sent, done, end } = await run(() => refused);
    expect({ sent, done }).toEqual({ sent: [1], done: [1] });
    expect(end).toEqual({ kind: 'unreachable', last: undefined, settled: 0, beyond: 0, isLeft: true });
  });

  it('after three in a row without an answer, and goes on before them', async () => {
    const { sent, end } = await run((seq) => (seq > 4 ? refused : accepted));
    expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(end).toEqual({ kind: 'unreachable', last: named(4), settled: 4, beyond: 0, isLeft: true });
  });

  it('not when one is answered in between', async () => {
    const { sent, end } = await run((seq) => (seq % 3 === 0 ? accepted : late));
    expect(sent).toEqual(all);
    // The last one had no answer, and may be tried again.
    expect(end).toEqual({ kind: 'done', last: named(9), settled: 9, beyond: 0, isLeft: true });
  });

  it('after three that were late from the beginning', async () => {
    const { sent, end } = await run(() => late);
    expect({ sent, kind: end.kind }).toEqual({ sent: [1, 2, 3], kind: 'unreachable' });
  });

  it('before a record with a token that is not known, and not before garbage', async () => {
    const { done, end } = await run((seq) => (seq === 4 ? masked : seq === 2 ? garbage : accepted));
    expect(done).toEqual([1, 2, 3]);
    expect(end).toEqual({ kind: 'token-unknown', last: named(3), settled: 3, beyond: 0, isLeft: true });
  });

  it('when reading fails, and knows what was sent', async () => {
    async function* broken(): AsyncGenerator<JournalRecord> {
      yield record(1);
      throw new Error('broken');
    }
    const { end } = await run(() => accepted, { records: broken() });
    expect(end).toMatchObject({ kind: 'unreadable', last: named(1), error: new Error('broken') });
  });

  it('on a signal after what is under way, the record before the first gap is where to go on', async () => {
    const stop = new AbortController();
    let release = (): void => {};
    const { sent, end } = await run(
      async (seq) => {
        if (seq === 3) {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          throw new Error('given up');
        }
        if (seq === 5) {
          stop.abort();
          release();
        }
        return accepted;
      },
      { concurrency: 3, signal: stop.signal },
    );
    expect(end.kind).toBe('interrupted');
    expect(end.last).toEqual(named(2));
    expect(end.beyond).toBe(sent.length - 3);
  });

  it('not on a signal that comes while the last ones are under way', async () => {
    const stop = new AbortController();
    const { sent, end } = await run(
      async (seq) => {
        // By then the end was read.
        await new Promise((resolve) => setImmediate(resolve));
        if (seq === 10) stop.abort();
        return accepted;
      },
      { concurrency: 3, signal: stop.signal },
    );
    expect({ sent, end }).toEqual({
      sent: all,
      end: { kind: 'done', last: named(10), settled: 10, beyond: 0, isLeft: false },
    });
  });

  it('when its handler is not there, also while the next record is long in coming', async () => {
    async function* slow(): AsyncGenerator<JournalRecord> {
      yield record(1);
      await new Promise(() => {});
    }
    const { end } = await run(() => refused, { records: slow() });
    expect(end).toMatchObject({ kind: 'unreachable', isLeft: true });
  });

  it('on a signal while it waits for the next turn', async () => {
    const stop = new AbortController();
    const clock = {
      elapsed: () => 0,
      sleep: (_ms: number, signal: AbortSignal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('woken')));
          stop.abort();
        }),
    };
    const { sent, end } = await run(() => accepted, { pace: evenPace(1000), clock, signal: stop.signal });
    expect({ sent, kind: end.kind, last: end.last }).toEqual({ sent: [1], kind: 'interrupted', last: named(1) });
  });

  it('when its handler goes away while it waits for the next turn', async () => {
    let answer = (_resent: Resent): void => {};
    const clock = {
      elapsed: () => 0,
      sleep: (_ms: number, signal: AbortSignal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('woken')));
          answer(refused);
        }),
    };
    const send = (): Promise<Resent> =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { sent, end } = await run(send, { pace: evenPace(3_600_000), clock, concurrency: 2 });
    expect({ sent, kind: end.kind }).toEqual({ sent: [1], kind: 'unreachable' });
  });

  it('with the error of a request that ends in none of the ways it may', async () => {
    await expect(
      run(() => {
        throw new Error('a bug');
      }),
    ).rejects.toThrow('a bug');
  });
});
