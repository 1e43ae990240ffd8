import { type HeaderPairs } from './endToEndHeaders.ts';
import { type Problem } from './problems.ts';

/** A request as it came in, to be passed on to a handler. */
export interface PassedRequest {
  readonly method: string;
  /** Raw request target, one byte a character; its query goes on byte for byte. */
  readonly target: string;
  /** All of them, in order; what belongs to the connection is left out on the way. */
  readonly headers: HeaderPairs;
  readonly body: Uint8Array | undefined;
  /** The value of `action`; undefined when there is none. */
  readonly action: string | undefined;
  /** The name that the header Via gets. */
  readonly via: string;
}

/** The answer of a handler, ready to be relayed: headers of the message alone, and the right Content-Length. */
export interface HandlerAnswer {
  readonly status: number;
  /** The words after the status; empty where they are not ASCII. */
  readonly statusText: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  /** False when it is larger than what is relayed: then `body` is its beginning. */
  readonly complete: boolean;
}

/** What became of a request that was passed on. */
export interface PassOutcome {
  /** The address of the handler, without credentials. */
  readonly url: string;
  /** What the answer is worth to Roistat. */
  readonly verdict: 'accepted' | 'rejected' | 'unreachable';
  readonly problems: readonly Problem[];
  /** The order id in the answer to a lead, when it has a usable one. */
  readonly orderId: string | undefined;
  /** Undefined when there was none. */
  readonly answer: HandlerAnswer | undefined;
  /** From passing the request on to the last byte of the answer. */
  readonly durationMs: number;
  /** Credentials of the handler's address: the answer may repeat them, and they must not be recorded. */
  readonly secrets: readonly string[];
}

/** Passes a request on, and resolves with what became of it; `stop` ends it. Never rejects. */
export type PassOn = (request: PassedRequest, stop: AbortSignal) => Promise<PassOutcome>;
