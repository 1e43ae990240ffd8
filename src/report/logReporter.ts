import { type JournalRecord } from '../journal/record.ts';
import { type Style } from './style.ts';

/** Turns records into text one by one: whole lines. */
export interface LogReporter {
  /** What stands before the first record; empty for nothing. */
  readonly header: string;
  /** `line` is what the record was read from, where that is known. Empty while it waits for others. */
  readonly record: (record: JournalRecord, line?: string) => string;
  /** What still waits when the last record is there. */
  readonly end?: () => string;
}

/** `goesOn`: nobody knows when the next record comes, so none may wait for it. */
export type MakeReporter = (style: Style, columns?: readonly string[], goesOn?: boolean) => LogReporter;
