import { type IncomingMessage } from 'node:http';
import { type JournalRecord } from '../journal/record.ts';
import { type AnswerRules, decideAnswer } from './decideAnswer.ts';
import { type Arrival, decidedRecord, incomingRequest, interruptedRecord, unansweredRecord } from './makeRecord.ts';
import { type ReadBody } from './readBody.ts';
import { type Replace, type Replacements } from './replacements.ts';

interface DeciderOptions {
  readonly rules: AnswerRules;
  readonly replacements: Replacements;
  readonly keepToken: boolean;
  /** A stop watch, in milliseconds. */
  readonly elapsed: () => number;
}

/** What was made of a request. */
interface DecidedRequest {
  readonly record: JournalRecord;
  /** Its caller left before its end. */
  readonly gone: boolean;
  /** Who answers, where that are not our own rules. */
  readonly replace: Replace | undefined;
}

/** Makes records of requests that were read. Of all that is needed for it nothing is kept until the answer. */
export class RequestDecider {
  readonly #options: DeciderOptions;

  constructor(options: DeciderOptions) {
    this.#options = options;
  }

  /** `start` is the moment of its arrival by the stop watch. */
  decide(
    request: IncomingMessage,
    arrival: Arrival,
    start: number,
    { body, complete, interruption }: ReadBody,
  ): DecidedRequest {
    const { rules, replacements, keepToken, elapsed } = this.#options;
    const incoming = incomingRequest(request, body);
    const decision = decideAnswer(incoming, rules);
    const durationMs = elapsed() - start;
    const gone = !complete && request.destroyed;
    const decided = decidedRecord(arrival, incoming, decision, { gone, keepToken, durationMs });
    // While it waited behind others of its connection.
    const left = complete && request.socket.destroyed;
    const whole = left ? unansweredRecord(decided) : decided;
    const record = interruption ? interruptedRecord(whole, interruption) : whole;
    const replace = gone || left || interruption ? undefined : replacements.choose(incoming, decision);
    return { record, gone, replace };
  }
}
