import { setMaxListeners } from 'node:events';
import { judgeAnswer } from '../protocol/judgeAnswer.ts';
import { type ProblemCode } from '../protocol/problems.ts';
import { type Outcome } from './handlerClient.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { longTargetProblems } from './longTarget.ts';
import { mostFailures, neverThere } from './replayRecords.ts';
import { type SendTally } from './sendTally.ts';
import { notUpYet, pauseMs } from './whenUp.ts';

type Pace = (item: unknown, now: number) => number;

export interface SendManyOptions {
  readonly lane: LaneOptions;
  /** The value of `action`, by which answers are judged. */
  readonly action: string;
  /** The request target of each, by its number from 0; asked for in this order, when it is sent. */
  readonly targetOf: (index: number) => string;
  /** How many to send at most; may be infinite. */
  readonly count: number;
  /** Begin none after so many milliseconds; may be infinite. Time spent waiting for the handler does not count. */
  readonly durationMs: number;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** When the next one is to be sent, as in pace.ts; as fast as answers come without one. */
  readonly pace: Pace | undefined;
  /** Milliseconds during which a connection that fails is tried again, until the first answer. */
  readonly waitMs: number;
  /** May end early; rejects when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Nothing is begun any more once it is aborted; what is under way is waited for. */
  readonly signal: AbortSignal;
  /** Ends what is under way. */
  readonly urgent: AbortSignal;
  /** Is told each answer, and each failure. */
  readonly tally: SendTally;
}

/** How it ended. */
export interface SendEnd {
  readonly kind:
    | 'done'
    | 'interrupted'
    /** The handler did not answer: the first time, or several times in a row. */
    | 'unreachable';
  /** From the first request to the end, in milliseconds; without the time spent waiting for the handler. */
  readonly durationMs: number;
}

/** What all lanes of a run share. */
class Sending {
  readonly #options: SendManyOptions;
  /** Aborted when nothing more is to be begun, for whatever reason. */
  readonly #stop = new AbortController();
  readonly #waitUntil: number;
  #begin: number;
  #taken = 0;
  #begun = 0;
  #isOver = false;
  #hasAnswered = false;
  /** Whether somebody tries again to reach a handler that is not up yet. */
  #isWaiting = false;
  #failuresInARow = 0;
  #isUnreachable = false;
  #hasGivenUp = false;

  constructor(options: SendManyOptions) {
    this.#options = options;
    this.#begin = options.lane.elapsed();
    this.#waitUntil = this.#begin + options.waitMs;
    // Each lane that waits listens to it, and Node would take more than ten for a leak.
    setMaxListeners(0, this.#stop.signal);
  }

  async run(): Promise<SendEnd> {
    const { signal, urgent, count, concurrency, lane } = this.#options;
    const drivers = Array.from({ length: Math.min(concurrency, count) }, () => new Driver(this, this.#options));
    const stop = (): void => this.#stop.abort();
    const giveUp = (): void => {
      stop();
      for (const driver of drivers) driver.giveUp();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    urgent.addEventListener('abort', giveUp, { once: true });
    for (const driver of drivers) driver.next();
    await Promise.all(drivers.map(({ ended }) => ended));
    signal.removeEventListener('abort', stop);
    urgent.removeEventListener('abort', giveUp);
    const isComplete = (this.#isOver || this.#begun >= count) && !this.#hasGivenUp;
    const kind = this.#isUnreachable ? 'unreachable' : isComplete ? 'done' : 'interrupted';
    return { kind, durationMs: lane.elapsed() - this.#begin };
  }

  /** Takes one, and tells whether it is due, or a promise of that; false when there is none, or it is never due. */
  takeTurn(): boolean | Promise<boolean> {
    const { count, pace } = this.#options;
    if (this.#stop.signal.aborted || this.#taken >= count || this.#hasTimedOut()) return false;
    this.#taken += 1;
    return pace ? this.#isDue(pace) : true;
  }

  /** The number of the one that is sent now. */
  begin(): number {
    this.#begun += 1;
    return this.#begun - 1;
  }

  #hasTimedOut(): boolean {
    const { durationMs, lane } = this.#options;
    // The time begins when the handler is up.
    if (this.#isWaiting) return false;
    this.#isOver ||= lane.elapsed() - this.#begin >= durationMs;
    return this.#isOver;
  }

  async #isDue(pace: Pace): Promise<boolean> {
    const { lane, durationMs } = this.#options;
    let due = pace(undefined, lane.elapsed());
    while (!this.#stop.signal.aborted && !this.#hasTimedOut()) {
      const now = lane.elapsed();
      if (this.#isWaiting) {
        await this.#sleep(pauseMs);
        // What was due meanwhile would go out in a heap.
        if (due < lane.elapsed()) due = pace(undefined, lane.elapsed());
      } else if (now >= due) return true;
      else await this.#sleep(Math.min(due, this.#begin + durationMs) - now);
    }
    return false;
  }

  async #sleep(ms: number): Promise<void> {
    await this.#options.sleep(ms, this.#stop.signal).catch(() => {});
  }

  /** Waits a little where the handler may still come up; false when it is not waited for, or not any more. */
  async isWorthAnother(): Promise<boolean> {
    await this.#sleep(pauseMs);
    this.#hasGivenUp ||= this.#stop.signal.aborted;
    return !this.#stop.signal.aborted;
  }

  /** Whether the handler is not up yet, and is still waited for. */
  isAwaited(outcome: Outcome): boolean {
    if (this.#hasAnswered || outcome.kind === 'answer' || !notUpYet.has(outcome.problem.code)) return false;
    this.#isWaiting = this.#options.lane.elapsed() + pauseMs <= this.#waitUntil;
    return this.#isWaiting;
  }

  /** Notes one that is given up before its answer came. */
  giveUp(): void {
    this.#hasGivenUp = true;
    this.#options.tally.unfinished += 1;
  }

  judge(index: number, target: string, outcome: Outcome): void {
    const { tally, action } = this.#options;
    this.#isWaiting = false;
    const long = longTargetProblems(target);
    if (outcome.kind === 'answer') {
      const { durationMs } = outcome.answer;
      this.#noteAnswer(durationMs);
      const { verdict, orderId, problems } = judgeAnswer(action, outcome.answer);
      return tally.add(index, { verdict, target, orderId, problems: [...problems, ...long], durationMs });
    }
    const { problem } = outcome;
    const nothing = { orderId: undefined, durationMs: undefined };
    tally.add(index, { verdict: 'unreachable', target, problems: [problem, ...long], ...nothing });
    this.#noteFailure(problem.code);
  }

  #noteAnswer(durationMs: number): void {
    this.#failuresInARow = 0;
    if (this.#hasAnswered) return;
    this.#hasAnswered = true;
    // The time before it was up is none of sending.
    if (this.#options.waitMs > 0) this.#begin = this.#options.lane.elapsed() - durationMs;
  }

  #noteFailure(code: ProblemCode): void {
    this.#failuresInARow += 1;
    const isGone = !this.#hasAnswered && neverThere.has(code);
    // One event, such as a restart, fails all that are under way: that alone is no row.
    if (!isGone && this.#failuresInARow < Math.max(mostFailures, this.#options.concurrency)) return;
    this.#isUnreachable = true;
    this.#stop.abort();
  }
}

/** Sends on one lane, one request after another. */
class Driver {
  /** Resolves when there is nothing more to send. */
  readonly ended: Promise<void>;
  readonly #sending: Sending;
  readonly #targetOf: SendManyOptions['targetOf'];
  readonly #lane: Lane;
  #end: () => void = () => {};
  #index = 0;
  #target = '';
  #isUnderWay = false;

  constructor(sending: Sending, { lane, targetOf }: SendManyOptions) {
    this.#sending = sending;
    this.#targetOf = targetOf;
    this.#lane = new Lane(lane, (outcome) => this.#settled(outcome));
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  next(): void {
    const isDue = this.#sending.takeTurn();
    if (typeof isDue === 'boolean') this.#sendIf(isDue);
    else void isDue.then((isDueNow) => this.#sendIf(isDueNow));
  }

  #sendIf(isDue: boolean): void {
    if (!isDue) return this.#finish();
    this.#index = this.#sending.begin();
    this.#target = this.#targetOf(this.#index);
    this.#send();
  }

  #send(): void {
    this.#isUnderWay = true;
    this.#lane.send(this.#target);
  }

  #settled(outcome: Outcome): void {
    this.#isUnderWay = false;
    if (this.#sending.isAwaited(outcome)) {
      void this.#sending.isWorthAnother().then((isWorth) => (isWorth ? this.#send() : this.#finish()));
      return;
    }
    this.#sending.judge(this.#index, this.#target, outcome);
    // A handler may close the connection behind its answer without having said so. What is sent in the same turn of the
    // event loop, before that can be seen, would be lost.
    setImmediate(() => this.next());
  }

  /** Gives up what is under way. */
  giveUp(): void {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    this.#sending.giveUp();
    this.#finish();
  }

  #finish(): void {
    this.#lane.close();
    this.#end();
  }
}

/** Sends requests and judges each answer. Neither `targetOf` nor `pace` may throw. */
export function sendMany(options: SendManyOptions): Promise<SendEnd> {
  return new Sending(options).run();
}
