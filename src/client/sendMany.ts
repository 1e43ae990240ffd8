import { setMaxListeners } from 'node:events';
import { judgeAnswer } from '../protocol/judgeAnswer.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { type Problem, type ProblemCode, problem } from '../protocol/problems.ts';
import { type Outcome } from './handlerClient.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { longTargetProblems } from './longTarget.ts';
import { type LeadClient, OrderOwners } from './orderOwners.ts';
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
  /** Whom each is of, where no two that differ may get one order. */
  readonly clientOf?: (index: number) => LeadClient;
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
  /** Of an unreachable one: the last failure, and how many in a row it was. */
  readonly failure?: { readonly code: ProblemCode; readonly inARow: number } | undefined;
}

/**
 * So many requests in a row without an answer in time, and a handler that has answered before is taken for gone; of many
 * under way at a time, so many for each. A slow moment fails all that are under way, and those that the handler then
 * works off in vain: this is what a test of load is there to show, and no reason to stop it.
 */
const mostTimeouts = 20;
const timeoutsEach = 3;

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
  /** Without an answer in time, and without one for any other reason, since the last answer. */
  readonly #inARow = { timeouts: 0, others: 0 };
  readonly #owners: OrderOwners | undefined;
  #failure: SendEnd['failure'];
  #hasGivenUp = false;

  constructor(options: SendManyOptions) {
    this.#options = options;
    this.#begin = options.lane.elapsed();
    this.#waitUntil = this.#begin + options.waitMs;
    this.#owners = options.clientOf && new OrderOwners(options.clientOf);
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
    const kind = this.#failure ? 'unreachable' : isComplete ? 'done' : 'interrupted';
    return { kind, durationMs: lane.elapsed() - this.#begin, failure: this.#failure };
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
      // Of large numbers many read the same.
      const isExact = !problems.some(({ code }) => code === 'order-id-imprecise');
      const shared =
        verdict === 'accepted' && orderId !== undefined && isExact ? this.#sharedOrder(index, orderId) : [];
      return tally.add(index, { verdict, target, orderId, problems: [...problems, ...shared, ...long], durationMs });
    }
    const { problem: why } = outcome;
    const nothing = { orderId: undefined, durationMs: undefined };
    tally.add(index, { verdict: 'unreachable', target, problems: [why, ...long], ...nothing });
    this.#noteFailure(why.code);
  }

  /** The problem that a lead got an order that many clients got. It is one of the run: the answer alone is well. */
  #sharedOrder(index: number, orderId: string): Problem[] {
    const otherId = this.#owners?.note(index, orderId);
    if (otherId === undefined) return [];
    const detail = `this lead and lead ${otherId} both got the order_id "${excerpt(orderId, 60)}"`;
    return [problem('order-id-shared', 'body.order_id', detail)];
  }

  #noteAnswer(durationMs: number): void {
    this.#inARow.timeouts = 0;
    this.#inARow.others = 0;
    if (this.#hasAnswered) return;
    this.#hasAnswered = true;
    // The time before it was up is none of sending.
    if (this.#options.waitMs > 0) this.#begin = this.#options.lane.elapsed() - durationMs;
  }

  #noteFailure(code: ProblemCode): void {
    const kind = code === 'timeout' ? 'timeouts' : 'others';
    this.#inARow[kind] += 1;
    // Who has ended it knows why it ends.
    if (this.#options.signal.aborted) return;
    const isGone = !this.#hasAnswered && neverThere.has(code);
    if (!isGone && this.#inARow[kind] < this.#mostInARow(kind)) return;
    this.#failure ??= { code, inARow: this.#inARow[kind] };
    this.#stop.abort();
  }

  /** So many failures in a row, and the handler is taken for gone. */
  #mostInARow(kind: 'timeouts' | 'others'): number {
    const { concurrency } = this.#options;
    // One event, such as a restart, fails all that are under way: that alone is no row.
    if (kind === 'others') return Math.max(mostFailures, concurrency + 1);
    if (this.#hasAnswered) return Math.max(mostTimeouts, concurrency * timeoutsEach);
    // One that has not answered any of them tells nothing by going on.
    return Math.max(mostFailures, concurrency);
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
