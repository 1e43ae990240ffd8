import { type JournalRecord, type RecordedAnswer } from '../journal/record.ts';
import { type PassOn, type PassOutcome } from '../protocol/passOn.ts';
import { type Problem, problem } from '../protocol/problems.ts';
import { type Decision, errorBody, type IncomingRequest } from './decideAnswer.ts';
import { faultAnswer, isPossible } from './faultAnswer.ts';
import { type Fault, type FaultSource } from './faults.ts';
import { pause } from './pause.ts';
import { type Masker, maskerFor, recordAnswer, recordForward } from './recordAnswer.ts';
import { jsonAnswer, type OutgoingAnswer, type OwnAnswer } from './sendAnswer.ts';

export interface ReplacementOptions {
  /** Passes requests on to a handler, which then answers in our place. */
  readonly passOn: PassOn | undefined;
  /** Our name in the header Via of what is passed on. */
  readonly via: string;
  readonly faults: FaultSource | undefined;
  readonly keepToken: boolean;
}

/** What goes out in place of our own answer, and what its record says of that. */
export interface Replacement {
  /** Undefined when nothing goes out, for the caller has left. */
  readonly outgoing: OutgoingAnswer | 'reset' | undefined;
  /** The answer of a handler as it is recorded, where it is what goes out. */
  readonly handlerAnswer?: RecordedAnswer;
  readonly record: Pick<JournalRecord, 'answer' | 'orderId' | 'forward' | 'fault'>;
  /** Beside those of the request. */
  readonly problems: readonly Problem[];
}

/** Makes the answer; `left` tells that the caller has gone, `stop` that there is no more time. */
export type Replace = (left: AbortSignal, stop: AbortSignal) => Promise<Replacement>;

/** Not passed on: what was not read to its end, and what we passed on ourselves. */
const keptStatuses: ReadonlySet<number> = new Set([413, 431, 508]);

/** What the caller gets when the handler gave no answer that can be relayed. Why not is for the operator alone. */
function insteadOf({ answer, problems }: PassOutcome): OwnAnswer {
  if (answer) return { status: 502, body: errorBody('the answer of the handler is too large') };
  switch (problems[0]?.code) {
    case 'timeout':
      return { status: 504, body: errorBody('the handler did not answer in time') };
    case 'server-stopped':
      return { status: 503, body: errorBody('the server is being stopped: try again later') };
    default:
      return { status: 502, body: errorBody('the handler gave no answer') };
  }
}

function byFault({ kind }: Fault, decision: Decision, masker: Masker): Replacement {
  if (kind === 'reset') return { outgoing: 'reset', record: { answer: null, orderId: null }, problems: [] };
  if (kind === 'slow') {
    const { status, body, orderId } = decision;
    return { outgoing: jsonAnswer(decision), record: { answer: { status, body }, orderId }, problems: [] };
  }
  const outgoing = faultAnswer(kind, decision);
  return { outgoing, record: { answer: recordAnswer(outgoing, masker), orderId: null }, problems: [] };
}

function byHandler(outcome: PassOutcome, masker: Masker): Replacement {
  const { answer, orderId } = outcome;
  const forward = recordForward(outcome, masker);
  const recorded = answer && recordAnswer(answer, masker);
  if (answer?.complete && recorded) {
    const id = orderId === undefined ? null : masker.text(orderId);
    const record = { answer: recorded, orderId: id, forward };
    return { outgoing: answer, record, problems: [], handlerAnswer: recorded };
  }
  const own = insteadOf(outcome);
  const unrelayed = recorded ? { ...forward, answer: { ...recorded, truncated: true } } : forward;
  return { outgoing: jsonAnswer(own), record: { answer: own, orderId: null, forward: unrelayed }, problems: [] };
}

export const callerGone = problem('caller-gone', '', 'the connection was closed before the answer was ready');

/** The same after the caller has left: nothing goes out, and the answer of a handler is kept as evidence. */
function toNobody({ record, handlerAnswer }: Replacement): Replacement {
  const { forward } = record;
  const kept = forward && handlerAnswer ? { forward: { ...forward, answer: handlerAnswer } } : {};
  return {
    outgoing: undefined,
    record: { ...record, ...kept, answer: null, orderId: null },
    problems: [callerGone],
  };
}

/** Chooses who answers a request in place of our own decision: a fault, a handler behind us, or nobody else. */
export class Replacements {
  readonly #options: ReplacementOptions;

  constructor(options: ReplacementOptions) {
    this.#options = options;
  }

  /** How the request is answered; undefined when our own decision stands, which it does for most. */
  choose(request: IncomingRequest, decision: Decision): Replace | undefined {
    const fault = this.#drawFault(decision);
    const make = this.#maker(request, decision, fault);
    if (!make) return undefined;
    return async (left, stop) => {
      // A handler is not cut short when the caller leaves: what it does then is worth knowing, and its time is limited.
      const made = await make(stop);
      if (fault && fault.delayMs > 0) await pause(fault.delayMs, [left, stop]);
      const named = fault ? { ...made, record: { ...made.record, fault: fault.name } } : made;
      return left.aborted ? toNobody(named) : named;
    };
  }

  /** Refusals stay, so that a fault is never mistaken for one. */
  #drawFault(decision: Decision): Fault | undefined {
    const fault = decision.status === 200 ? this.#options.faults?.() : undefined;
    return fault && isPossible(fault.kind, decision) ? fault : undefined;
  }

  /** What makes the answer. A fault takes the place of a handler, which is not called then; a slow answer is its own. */
  #maker(
    request: IncomingRequest,
    decision: Decision,
    fault: Fault | undefined,
  ): ((stop: AbortSignal) => Promise<Replacement>) | undefined {
    const { passOn, keepToken } = this.#options;
    const isSlow = fault?.kind === 'slow';
    if (passOn && !keptStatuses.has(decision.status) && (!fault || isSlow)) {
      return (stop) => this.#forward(passOn, request, decision, stop);
    }
    return fault && (() => Promise.resolve(byFault(fault, decision, maskerFor(request, [], keepToken))));
  }

  async #forward(
    passOn: PassOn,
    { method, target, headers, body }: IncomingRequest,
    { action }: Decision,
    stop: AbortSignal,
  ): Promise<Replacement> {
    const { via, keepToken } = this.#options;
    const bytes = body ? Buffer.from(body.data, body.encoding) : undefined;
    const outcome = await passOn({ method, target, headers, body: bytes, action, via }, stop);
    return byHandler(outcome, maskerFor({ target, headers }, outcome.secrets, keepToken));
  }
}
