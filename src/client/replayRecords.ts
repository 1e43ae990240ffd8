import { type JournalRecord } from '../journal/record.ts';
import { type Resent } from './handlerCaller.ts';
import { type Pace } from './pace.ts';
import { SettledPrefix } from './settledPrefix.ts';
import { notUpYet } from './whenUp.ts';

/** What names a record. */
type RecordName = Pick<JournalRecord, 'run' | 'seq'>;

interface ReplayClock {
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
  /** May end early; rejects when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export interface ReplayOptions {
  readonly records: AsyncIterable<JournalRecord>;
  /** Rejects when it was ended from outside. */
  readonly send: (record: JournalRecord) => Promise<Resent>;
  /** Requests under way at a time; so many records are in memory, one more, and what `records` itself holds. */
  readonly concurrency: number;
  readonly pace: Pace;
  readonly clock: ReplayClock;
  /** Nothing is begun any more once it is aborted; what is under way is waited for. */
  readonly signal: AbortSignal;
  readonly observer: {
    /** The next record is not due before so many milliseconds; 0 when it is. */
    readonly waiting: (record: JournalRecord, ms: number) => void;
    readonly done: (record: JournalRecord, resent: Resent) => void;
  };
}

/** How a replay ended. */
export interface ReplayEnd {
  readonly kind:
    | 'done'
    | 'interrupted'
    /** The handler did not answer: the first time, or several times in a row. */
    | 'unreachable'
    /** A record's token was masked, and none was given. */
    | 'token-unknown'
    /** Reading the records failed; what was read before was sent. */
    | 'unreadable';
  /** The last record such that it and all before it were dealt with; the next run goes on after it. */
  readonly last: RecordName | undefined;
  /** How many were dealt with, up to that one. */
  readonly settled: number;
  /** Records behind that one that were dealt with, too: the next run sends them again. */
  readonly beyond: number;
  /** Whether something is left for a next run. */
  readonly isLeft: boolean;
  readonly error?: unknown;
}

/** So many requests in a row without an answer, and the handler is taken for gone. */
export const mostFailures = 3;

/**
 * What a handler that was never there fails with: nothing of a request can have arrived. After a timeout or a reset it
 * may have, and the next request may do better.
 */
export const neverThere: ReadonlySet<string> = new Set([...notUpYet, 'tls-failed', 'proxy-failed']);

/** One run over the records. */
class Replay {
  readonly #options: ReplayOptions;
  readonly #settled = new SettledPrefix<RecordName>();
  readonly #underWay = new Set<Promise<void>>();
  /** Aborted when nothing more is to be begun, for whatever reason. */
  readonly #stop = new AbortController();
  /** Settles those that were not answered, all since the last answer. */
  #unanswered: Array<() => void> = [];
  #ended: () => void = () => {};
  #hasAnswered = false;
  #hasGivenUp = false;
  #stopped: 'unreachable' | 'token-unknown' | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  async run(): Promise<ReplayEnd> {
    const { signal } = this.#options;
    const forward = (): void => this.#stop.abort();
    if (signal.aborted) forward();
    signal.addEventListener('abort', forward, { once: true });
    const reading = await this.#beginAll();
    await Promise.all(this.#underWay);
    signal.removeEventListener('abort', forward);
    if (this.#failure) throw this.#failure.error;
    const { last, count: settled, beyond, isWhole } = this.#settled;
    const place = { last, settled, beyond, isLeft: !(reading.isComplete && isWhole) };
    if (this.#stopped) return { kind: this.#stopped, ...place };
    if (reading.error !== undefined && !signal.aborted) return { kind: 'unreadable', ...place, error: reading.error };
    return { kind: reading.isComplete && !this.#hasGivenUp ? 'done' : 'interrupted', ...place };
  }

  async #beginAll(): Promise<{ readonly isComplete: boolean; readonly error?: unknown }> {
    const { records, concurrency } = this.#options;
    const reader = records[Symbol.asyncIterator]();
    try {
      // The next one is read before there is room for it: so it is known whether any is left when a signal comes.
      for (let next = await this.#read(reader); next && !next.done; next = await this.#read(reader)) {
        while (this.#underWay.size >= concurrency) await this.#nextEnd();
        if (!(await this.#isDue(next.value))) break;
        this.#begin(next.value);
      }
      return { isComplete: !this.#stop.signal.aborted };
    } catch (error) {
      return { isComplete: false, error };
    } finally {
      // Not waited for: a pipe may have nothing for a long time.
      reader.return?.().catch(() => {});
    }
  }

  /** The next record; undefined when it does not come before the end. */
  #read(reader: AsyncIterator<JournalRecord>): Promise<IteratorResult<JournalRecord> | undefined> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const stopped = (): void => resolve(undefined);
      if (signal.aborted) return stopped();
      signal.addEventListener('abort', stopped, { once: true });
      reader
        .next()
        .finally(() => signal.removeEventListener('abort', stopped))
        .then(resolve, reject);
    });
  }

  /** Waits until it is the record's turn; false when its turn does not come. */
  async #isDue(record: JournalRecord): Promise<boolean> {
    const { pace, clock, observer } = this.#options;
    const { signal } = this.#stop;
    const due = pace(record, clock.elapsed());
    while (!signal.aborted) {
      const left = Math.max(0, due - clock.elapsed());
      observer.waiting(record, left);
      if (left === 0) return true;
      await clock.sleep(left, signal).catch(() => {});
    }
    return false;
  }

  #begin(record: JournalRecord): void {
    const { run, seq } = record;
    const settle = this.#settled.begin({ run, seq });
    const exchange = this.#exchange(record, settle).finally(() => {
      this.#underWay.delete(exchange);
      this.#ended();
    });
    this.#underWay.add(exchange);
  }

  /** Resolves when any of those under way ends. Not Promise.race: it would leave something with each slow one. */
  #nextEnd(): Promise<void> {
    return new Promise((resolve) => {
      this.#ended = resolve;
    });
  }

  async #exchange(record: JournalRecord, settle: () => void): Promise<void> {
    const { send, signal, observer } = this.#options;
    try {
      const resent = await send(record);
      if (resent.kind === 'unsendable' && resent.code === 'token-unknown') return this.#end('token-unknown');
      observer.done(record, resent);
      this.#note(resent, settle);
    } catch (error) {
      this.#hasGivenUp = true;
      if (!signal.aborted) this.#failure ??= { error };
      this.#stop.abort();
    }
  }

  #end(reason: 'unreachable' | 'token-unknown'): void {
    this.#stopped ??= reason;
    this.#stop.abort();
  }

  #note(resent: Resent, settle: () => void): void {
    if (resent.kind === 'delivery' && resent.delivery.verdict === 'unreachable') {
      this.#unanswered.push(settle);
      const isGone = !this.#hasAnswered && neverThere.has(resent.delivery.problems[0]?.code ?? '');
      if (isGone || this.#unanswered.length >= mostFailures) this.#end('unreachable');
      return;
    }
    settle();
    if (resent.kind === 'unsendable') return;
    // The handler is there: those before were failures of their own, and are not tried again.
    this.#hasAnswered = true;
    for (const settleEarlier of this.#unanswered) settleEarlier();
    this.#unanswered = [];
  }
}

/**
 * Sends records again in their order, at most `concurrency` at a time and each when it is due. Rejects only when `send`
 * does without the signal being aborted.
 */
export function replayRecords(options: ReplayOptions): Promise<ReplayEnd> {
  return new Replay(options).run();
}
