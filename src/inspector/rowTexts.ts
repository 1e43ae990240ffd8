import { type JournalRecord } from '../journal/record.ts';
import { rowOf } from './recordRow.ts';
import { redactionOf } from './redact.ts';

/** Gives the row of a record as JSON. */
export type ToRow = (record: JournalRecord) => string;

const keeping = (toRow: ToRow): ToRow => {
  const known = new WeakMap<JournalRecord, string>();
  return (record) => {
    let text = known.get(record);
    if (text === undefined) known.set(record, (text = toRow(record)));
    return text;
  };
};

/** Rows of records as JSON, each written when it is first asked for: lists and events, of any page, have them from here. */
export class RowTexts {
  readonly plain: ToRow = keeping((record) => JSON.stringify(rowOf(record)));
  /** Without personal data. */
  readonly masked: ToRow = keeping((record) => JSON.stringify(rowOf(record, redactionOf(record))));
}
