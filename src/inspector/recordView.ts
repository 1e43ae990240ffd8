import { type JournalRecord, type RecordedAnswer } from '../journal/record.ts';
import { leadSchema, messageSchema } from '../protocol/fields.ts';
import { type Credentials } from '../protocol/token.ts';
import { curlOfRecord, sendCommandOfRecord } from '../report/recordCommands.ts';
import { type RecordView } from './apiTypes.ts';
import { rowOf } from './recordRow.ts';
import { signatureOf } from './replay.ts';
import { redactionOf } from './redact.ts';
import { shownProblem } from './shownProblem.ts';

/** What a view of a record needs to know of the server. */
export interface ViewFacts {
  /** Address of the webhook. */
  readonly webhook: string;
  /** How this program is called. */
  readonly invocation: string;
  readonly credentials: Credentials | undefined;
}

/** What the parameters of an action mean; a request without one is most likely a lead. The others have no document. */
function meaningsOf(action: string | null): Record<string, string> {
  if (action !== null && action !== 'lead' && action !== 'message') return {};
  const schema = action === 'message' ? messageSchema : leadSchema;
  const described = Object.entries(schema.shape).flatMap(([name, field]) => {
    const { description } = field.meta() ?? {};
    return description === undefined ? [] : [[name, description]];
  });
  return Object.fromEntries(described) as Record<string, string>;
}

function textOf(answer: RecordedAnswer | null | undefined): string | null {
  if (!answer) return null;
  return answer.encoding === 'base64' ? Buffer.from(answer.body, 'base64').toString('utf8') : answer.body;
}

/** Everything about a record; `masked` leaves personal data out. */
export function recordView(record: JournalRecord, masked: boolean, facts: ViewFacts): RecordView {
  const redaction = masked ? redactionOf(record) : undefined;
  const shown = redaction?.record() ?? record;
  return {
    row: rowOf(record, redaction),
    record: shown,
    masked,
    meanings: meaningsOf(record.action),
    problems: shown.problems.map(shownProblem),
    forwardProblems: shown.forward?.problems.map(shownProblem) ?? [],
    answerText: textOf(shown.answer),
    forwardAnswerText: textOf(shown.forward?.answer),
    curl: masked ? null : curlOfRecord(record, facts.webhook),
    send: masked ? null : sendCommandOfRecord(record, facts),
    signature: signatureOf(record, facts.credentials).kind,
  };
}
