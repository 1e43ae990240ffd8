import { type EntryBatch } from '../journal/entriesOfBlocks.ts';
import { missOf, type RecordFilter } from '../journal/filter.ts';
import { followRecords } from '../journal/followRecords.ts';
import { type ScanEntry } from '../journal/journal.ts';
import { LineSearch } from '../journal/lineSearch.ts';
import { Misses } from '../journal/misses.ts';
import { presentFiles } from '../journal/presentFiles.ts';
import { type RecordInput } from '../journal/recordInput.ts';
import { readBatches } from '../journal/readRecords.ts';
import { UnreadableLines } from '../report/unreadableLines.ts';

/** Which records are wanted, and how many of the last ones. */
export interface LogQuery {
  readonly filter: RecordFilter;
  /** Infinity for all of them. */
  readonly last: number;
  readonly signal: AbortSignal;
}

/** A record that matches, as it was found. */
export type FoundRecord = ScanEntry & { readonly kind: 'record' };

/** What was met on the way. */
export class LogFindings {
  readonly unreadable = new UnreadableLines();
  readonly misses = new Misses();
  matched = 0;
  /** Records that were read, which are not all when a search has passed over the others. */
  seen = 0;
  hasPassedOver = false;
  /** Whether it was read from the end of one journal, so that what was read first are the newest records. */
  isFromEnd = false;

  /** Counts an entry; whether it is a record that matches. */
  admit(entry: ScanEntry, filter: RecordFilter): entry is FoundRecord {
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

/** The records among the entries that match, until the abort, at most so many; those that were admitted before do. */
async function* matching(
  batches: AsyncIterable<EntryBatch>,
  { filter, signal }: Pick<LogQuery, 'filter' | 'signal'>,
  findings: LogFindings,
  { most = Number.POSITIVE_INFINITY, admitted }: { most?: number; admitted?: WeakSet<ScanEntry> } = {},
): AsyncGenerator<FoundRecord[]> {
  let left = most;
  for await (const batch of batches) {
    if (signal.aborted) return;
    const found: FoundRecord[] = [];
    for (const entry of batch) {
      if (found.length === left) break;
      if (admitted?.has(entry) || findings.admit(entry, filter)) found.push(entry as FoundRecord);
    }
    left -= found.length;
    yield found;
    if (left === 0) return;
  }
}

const isPlain = (file: RecordInput): boolean => file.kind === 'path' && !file.path.endsWith('.gz');

/** The last records that match of files that are read from their end, the newest first. */
function fromEnd(
  files: readonly RecordInput[],
  query: LogQuery,
  findings: LogFindings,
  search: LineSearch | undefined,
  broken: (error: unknown) => void,
): AsyncGenerator<FoundRecord[]> {
  const { last, filter, signal } = query;
  // Of those that a packed file gives nothing is counted twice.
  const admitted = new WeakSet<ScanEntry>();
  const wanted = (entry: ScanEntry): boolean => {
    const isWanted = findings.admit(entry, filter);
    if (isWanted) admitted.add(entry);
    return isWanted;
  };
  const packed = { last, wanted, broken, signal };
  const batches = readBatches(files, { newestFirst: true, since: filter.since, packed, search });
  return matching(batches, query, findings, { most: last, admitted });
}

/**
 * The last records that match, the oldest first: all in little memory, or so many as are held. Rejects with
 * JournalError, when a file turns out to be broken after all that could be read of it.
 */
export async function* lastRecords(
  inputs: readonly RecordInput[],
  query: LogQuery,
  findings: LogFindings,
): AsyncGenerator<readonly FoundRecord[]> {
  const { last } = query;
  if (last === 0) return;
  // Not what is appended meanwhile: what is printed here may go to the very server that writes the files.
  const files = await presentFiles(inputs);
  const search = LineSearch.for(query.filter);
  findings.isFromEnd = inputs.length === 1 && last !== Number.POSITIVE_INFINITY && files.every(isPlain);
  try {
    yield* lastFound(files, query, findings, search);
  } finally {
    findings.hasPassedOver = search?.hasPassedOver ?? false;
  }
}

async function* lastFound(
  files: readonly RecordInput[],
  query: LogQuery,
  findings: LogFindings,
  search: LineSearch | undefined,
): AsyncGenerator<readonly FoundRecord[]> {
  const { last } = query;
  const { since } = query.filter;
  const fromBeginning = (): AsyncGenerator<FoundRecord[]> =>
    matching(readBatches(files, { since, search }), query, findings);
  if (last === Number.POSITIVE_INFINITY) return yield* fromBeginning();
  const errors: unknown[] = [];
  const broken = (error: unknown): unknown => errors.push(error);
  // A stream cannot be read from its end.
  const isReversed = files.every(({ kind }) => kind === 'path');
  let held: FoundRecord[] = [];
  try {
    for await (const found of isReversed ? fromEnd(files, query, findings, search, broken) : fromBeginning()) {
      held.push(...found);
      // Not one by one, which would move all of them each time.
      if (!isReversed && held.length >= 2 * last) held = held.slice(-last);
    }
  } catch (error) {
    broken(error);
  }
  yield isReversed ? held.toReversed() : held.slice(-last);
  if (errors.length > 0) throw errors[0];
}

async function* oneByOne(entries: AsyncIterable<ScanEntry>): AsyncGenerator<EntryBatch> {
  for await (const entry of entries) yield [entry];
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
): AsyncGenerator<readonly FoundRecord[]> {
  const following = await followRecords(paths);
  for (const path of following.missing) missing(path);
  yield* lastRecords(following.past, query, findings);
  yield* matching(oneByOne(following.news(query.signal)), query, findings);
}
