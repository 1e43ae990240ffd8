import { type HeldRecord } from './heldRecord.ts';
import { type JournalRecord } from '../journal/record.ts';
import { rowOf } from './recordRow.ts';
import { redactionOf } from './redact.ts';

/** Gives the row of a record as JSON. */
export type ToRow = (held: HeldRecord) => string;

const keeping = (toRow: (record: JournalRecord) => string): ToRow => {
  const known = new WeakMap<HeldRecord, string>();
  return (held) => {
    let text = known.get(held);
    if (text === undefined) known.set(held, (text = toRow(held.record)));
    return text;
  };
};

/** Rows of records as JSON, each written when it is first asked for: lists and events, of any page, have them from here. */
export class RowTexts {
  readonly plain: ToRow = keeping((record) => JSON.stringify(rowOf(record)));
  /** Without personal data. */
  readonly masked: ToRow = keeping((record) => JSON.stringify(rowOf(record, redactionOf(record))));
}
