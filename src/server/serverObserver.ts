import { type JournalError } from '../journal/journal.ts';
import { type JournalRecord } from '../journal/record.ts';

/** Who wants to know what happens. Called in the order of events, and must not throw. */
export interface ServerObserver {
  /** A request is complete; it is not yet recorded, and where another one answers, `answer` is not yet the real one. */
  readonly received: (record: JournalRecord) => void;
  /** The answer went out; `record.answer` is what was really answered. `line` is its line in the journal, if it is there. */
  readonly answered: (record: JournalRecord, line?: string) => void;
  /** The journal could not be written; the request got 503. */
  readonly journalFailed: (error: JournalError) => void;
}
