import { setMaxListeners } from 'node:events';
import { type Dispatcher } from 'undici';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { type Problem } from '../protocol/problems.ts';
import { connectionProblem } from './connectionProblem.ts';
import { type ConnectionOptions, destinationOf, dispatcherFor } from './dispatcher.ts';
import { flatHeaders } from './flatHeaders.ts';
import { limitTime } from './limitTime.ts';
import { judgedLimitBytes, readLimited } from './readLimited.ts';

export interface ClientOptions extends ConnectionOptions {
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
}

export interface OutgoingRequest {
  /** Where to connect; the target takes the place of its path and query. */
  readonly origin: string;
  /** Path and query exactly as they go over the wire. */
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** GET unless another one is given. */
  readonly method?: string;
  readonly body?: Uint8Array | undefined;
}

/** An answer, or why there is none. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unreachable'; readonly problem: Problem };

/** Calls handlers as Roistat does: one request (a GET), redirects not followed, no retries. */
export class HandlerClient {
  readonly #options: ClientOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: ClientOptions) {
    this.#options = options;
    // Each request under way listens to it, and Node would take more than ten for a leak.
    setMaxListeners(0, options.signal);
    this.#dispatcher = dispatcherFor(options, { reuse: true });
  }

  /** Sends one request. Rejects only when the options' signal ended it; every other failure is an outcome. */
  async exchange({ origin, target, headers, method = 'GET', body: sent }: OutgoingRequest): Promise<Outcome> {
    const { timeoutMs, signal, elapsed } = this.#options;
    const start = elapsed();
    const limit = limitTime(timeoutMs, signal);
    try {
      const facts = { method, origin, path: target, headers: headers.flat() };
      const request = { ...facts, ...(sent ? { body: sent } : {}), signal: limit.signal };
      // undici looks at the signal only once it has a connection, and one through a proxy may never come.
      const response = await Promise.race([this.#dispatcher.request(request), limit.over]);
      const { body, truncated } = await readLimited(response.body as AsyncIterable<Buffer>, judgedLimitBytes);
      const answer = { status: response.statusCode, headers: flatHeaders(response.headers), body, truncated };
      return { kind: 'answer', answer: { ...answer, durationMs: elapsed() - start } };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'unreachable', problem: connectionProblem(error, destinationOf(origin, this.#options)) };
    } finally {
      limit.clear();
    }
  }

  /** Closes all connections; does not wait for those that are still being made. */
  close(): void {
    this.#dispatcher.destroy().catch(() => {});
  }
}
