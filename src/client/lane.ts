import { type Dispatcher } from 'undici';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { connectionProblem } from './connectionProblem.ts';
import { type ConnectionOptions, destinationOf, laneDispatcher } from './dispatcher.ts';
import { flatHeaders } from './flatHeaders.ts';
import { type Outcome } from './handlerClient.ts';
import { judgedLimitBytes } from './readLimited.ts';

export interface LaneOptions extends ConnectionOptions {
  /** Where to connect. */
  readonly origin: string;
  /** Names and values in turn, the same for each request. */
  readonly headers: string[];
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
}

/** Takes the answers of one connection as undici reads them, one after another. */
class Reception implements Dispatcher.DispatchHandler {
  readonly #elapsed: () => number;
  /** Undefined once nobody waits for what may still come. */
  #settled: ((outcome: Answer | Error) => void) | undefined;
  #start = 0;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: Record<string, string> = {};

  constructor(elapsed: () => number, settled: (outcome: Answer | Error) => void) {
    this.#elapsed = elapsed;
    this.#settled = settled;
  }

  begin(): void {
    this.#start = this.#elapsed();
    this.#chunks = [];
    this.#bytes = 0;
  }

  detach(): void {
    this.#settled = undefined;
  }

  // undici takes an object without it for a handler of its older kind.
  onRequestStart(): void {}

  onResponseStart(_controller: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    this.#status = status;
    this.#headers = flatHeaders(headers);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > judgedLimitBytes) this.#end(true);
  }

  onResponseEnd(): void {
    this.#end(false);
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#settled?.(error);
  }

  #end(truncated: boolean): void {
    const [first = Buffer.alloc(0)] = this.#chunks;
    const all = this.#chunks.length > 1 ? Buffer.concat(this.#chunks) : first;
    const body = all.subarray(0, judgedLimitBytes);
    const durationMs = this.#elapsed() - this.#start;
    this.#settled?.({ status: this.#status, headers: this.#headers, body, truncated, durationMs });
  }
}

/**
 * One connection to a handler, for many requests one after another. It keeps the contract of HandlerClient (one GET,
 * redirects not followed, no retries, one limit of time for all), but makes nothing anew for each request: no promise,
 * no signal, no timer.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #settled: (outcome: Outcome) => void;
  /** One for all requests: to begin it again is cheap. */
  readonly #timer: NodeJS.Timeout;
  #dispatcher: Dispatcher;
  #reception: Reception;
  #isUnderWay = false;

  /** `settled` is told the outcome of each request; it may send the next one. */
  constructor(options: LaneOptions, settled: (outcome: Outcome) => void) {
    this.#options = options;
    this.#settled = settled;
    this.#dispatcher = laneDispatcher(options.origin, options);
    this.#reception = this.#newReception();
    this.#timer = setTimeout(() => this.#timeOut(), options.timeoutMs);
  }

  /** Sends a request for the target, once the one before is settled. */
  send(target: string): void {
    const { origin, headers } = this.#options;
    this.#isUnderWay = true;
    this.#timer.refresh();
    this.#reception.begin();
    this.#dispatcher.dispatch({ origin, path: target, method: 'GET', headers }, this.#reception);
  }

  /** Closes the connection; what is under way is not settled any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#drop();
  }

  #newReception(): Reception {
    return new Reception(this.#options.elapsed, (outcome) => this.#settle(outcome));
  }

  #settle(outcome: Answer | Error): void {
    this.#isUnderWay = false;
    if (!(outcome instanceof Error)) {
      // The rest of it is not waited for.
      if (outcome.truncated) this.#renew();
      return this.#settled({ kind: 'answer', answer: outcome });
    }
    const problem = connectionProblem(outcome, destinationOf(this.#options.origin, this.#options));
    this.#settled({ kind: 'unreachable', problem });
  }

  #timeOut(): void {
    if (!this.#isUnderWay) return;
    // undici ends a request only once it has a connection, and one through a proxy may never come.
    this.#renew();
    this.#settle(new DOMException('the time is over', 'TimeoutError'));
  }

  #drop(): void {
    this.#reception.detach();
    this.#dispatcher.destroy().catch(() => {});
  }

  #renew(): void {
    this.#drop();
    this.#dispatcher = laneDispatcher(this.#options.origin, this.#options);
    this.#reception = this.#newReception();
  }
}
