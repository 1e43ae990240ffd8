import { missOf, type RecordFilter } from '../journal/filter.ts';
import { followRecords } from '../journal/followRecords.ts';
import { type ScanEntry } from '../journal/journal.ts';
import { Misses } from '../journal/misses.ts';
import { type JournalRecord } from '../journal/record.ts';
import { presentFiles } from '../journal/presentFiles.ts';
import { type RecordInput } from '../journal/recordInput.ts';
import { readRecords } from '../journal/readRecords.ts';
import { UnreadableLines } from '../report/unreadableLines.ts';

/** Which records are wanted, and how many of the last ones. */
export interface LogQuery {
  readonly filter: RecordFilter;
  /** Infinity for all of them. */
  readonly last: number;
  readonly signal: AbortSignal;
}

/** What was met on the way. */
export class LogFindings {
  readonly unreadable = new UnreadableLines();
  readonly misses = new Misses();
  matched = 0;
  seen = 0;

  /** Counts an entry; whether it is a record that matches. */
  admit(entry: ScanEntry, filter: RecordFilter): boolean {
    if (entry.kind === 'unreadable') {
      this.unreadable.add(entry);
      return false;
    }
    this.seen += 1;
    const miss = missOf(entry.record, filter);
    if (miss) this.misses.add(entry.record, miss);
    else this.matched += 1;
    return miss === undefined;
  }
}

/** The records among the entries that match, until the abort; those that were admitted before do. */
async function* matching(
  entries: AsyncIterable<ScanEntry>,
  { filter, signal }: LogQuery,
  findings: LogFindings,
  admitted?: WeakSet<ScanEntry>,
): AsyncGenerator<JournalRecord> {
  for await (const entry of entries) {
    if (signal.aborted) return;
    const isAdmitted = admitted?.has(entry) || findings.admit(entry, filter);
    if (isAdmitted && entry.kind === 'record') yield entry.record;
  }
}

/** The last records that match of files that are read from their end, the newest first. */
function fromEnd(
  files: readonly RecordInput[],
  query: LogQuery,
  findings: LogFindings,
  broken: (error: unknown) => void,
): AsyncGenerator<JournalRecord> {
  const { last, filter, signal } = query;
  // Of those that a packed file gives nothing is counted twice.
  const admitted = new WeakSet<ScanEntry>();
  const wanted = (entry: ScanEntry): boolean => {
    const isWanted = findings.admit(entry, filter);
    if (isWanted) admitted.add(entry);
    return isWanted;
  };
  const packed = { last, wanted, broken, signal };
  const entries = readRecords(files, { newestFirst: true, since: filter.since, packed });
  return matching(entries, query, findings, admitted);
}

/**
 * The last records that match, the oldest first: all in little memory, or so many as are held. Rejects with
 * JournalError, when a file turns out to be broken after all that could be read of it.
 */
export async function* lastRecords(
  inputs: readonly RecordInput[],
  query: LogQuery,
  findings: LogFindings,
): AsyncGenerator<JournalRecord> {
  const { last } = query;
  const { since } = query.filter;
  if (last === 0) return;
  // Not what is appended meanwhile: what is printed here may go to the very server that writes the files.
  const files = await presentFiles(inputs);
  if (last === Number.POSITIVE_INFINITY) {
    yield* matching(readRecords(files, { since }), query, findings);
    return;
  }
  const errors: unknown[] = [];
  const broken = (error: unknown): unknown => errors.push(error);
  // A stream cannot be read from its end.
  const isReversed = files.every(({ kind }) => kind === 'path');
  let held: JournalRecord[] = [];
  try {
    for await (const record of isReversed
      ? fromEnd(files, query, findings, broken)
      : matching(readRecords(files, { since }), query, findings)) {
      held.push(record);
      if (isReversed && held.length === last) break;
      // Not one by one, which would move all of them each time.
      if (held.length >= 2 * last) held = held.slice(-last);
    }
  } catch (error) {
    broken(error);
  }
  yield* isReversed ? held.toReversed() : held.slice(-last);
  if (errors.length > 0) throw errors[0];
}

/**
 * The last records, and then what comes, until the abort. What comes is given in the order of recording: to wait for
 * requests that are not answered yet would hold back all the others. `missing` is told of paths that do not exist yet.
 */
export async function* followedRecords(
  paths: readonly string[],
  query: LogQuery,
  findings: LogFindings,
  missing: (path: string) => void,
): AsyncGenerator<JournalRecord> {
  const following = await followRecords(paths);
  for (const path of following.missing) missing(path);
  yield* lastRecords(following.past, query, findings);
  yield* matching(following.news(query.signal), query, findings);
}
