import { type JournalRecord } from '../journal/record.ts';
import { verdictOf } from '../journal/verdict.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { maskTarget } from '../protocol/maskToken.ts';
import { idOf } from '../report/recordLine.ts';
import { type Row } from './apiTypes.ts';
import { recordId } from './heldRecord.ts';
import { type Redaction } from './redact.ts';

const parameter = ({ parameters }: JournalRecord, name: string): string =>
  (Object.hasOwn(parameters, name) ? parameters[name] : '') ?? '';

/** Of a request that says nothing else: its method and path. */
const requestOf = ({ method, target }: JournalRecord): string =>
  method === null ? '' : `${method} ${maskTarget((target ?? '').slice(0, 1000))}`;

/** The same without its query, in which personal data may stand in any encoding. */
const pathOf = ({ method, target }: JournalRecord): string =>
  method === null ? '' : `${method} ${(target ?? '').replace(/\?[^]*$/, '')}`;

/**
 * What a list shows of a record, cut to what a line has room for; with a redaction, without personal data. It goes over
 * the whole texts, for it would not know a phone that is cut.
 */
export function rowOf(record: JournalRecord, redaction?: Redaction): Row {
  const { seq, receivedAt, action, method, answer, orderId } = record;
  const isCall = action !== null && method === 'GET';
  const text = redaction?.text ?? ((all: string): string => all);
  const id = redaction?.id ?? text;
  const subject = idOf(record);
  const title = isCall ? parameter(record, 'title') : redaction ? pathOf(record) : requestOf(record);
  return {
    id: recordId(record),
    seq,
    at: Date.parse(receivedAt),
    verdict: verdictOf(record),
    action: action === null ? null : excerpt(text(action), 40),
    subject: subject === null ? null : excerpt(id(subject), 40),
    title: excerpt(text(title), 120),
    phone: excerpt(text(parameter(record, 'phone')), 40),
    status: answer?.status ?? null,
    orderId: orderId === null ? null : excerpt(id(orderId), 60),
  };
}
