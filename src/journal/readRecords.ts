import { type EntryBatch } from './entriesOfBlocks.ts';
import { entriesFromEnd, entriesOf, entriesOfFile, isPacked, lastOfPacked, type PackedChoice } from './fileEntries.ts';
import { JournalError, type ScanEntry } from './journal.ts';
import { type LineSearch } from './lineSearch.ts';
import { type EntrySource, mergeByTime } from './mergeByTime.ts';
import { recordFiles } from './recordFiles.ts';
import { Reorder } from './reorder.ts';
import { type RecordInput } from './recordInput.ts';

/** Before and after every moment, as texts. */
const [earliest, latest] = ['', '\uffff'];

/** Records that are looked at for the time of a file. */
const lookedAt = 64;

async function* eachOf(batches: AsyncIterable<EntryBatch>): AsyncGenerator<ScanEntry, void, undefined> {
  for await (const batch of batches) yield* batch;
}

/**
 * When the first record came in of those that can be read. A later one may come before it by its number, so a few more
 * are looked at; among files that overlap, one that is further behind may come late.
 */
async function firstTime(batches: AsyncGenerator<EntryBatch>, isReversed: boolean): Promise<string | undefined> {
  let first: string | undefined;
  let count = 0;
  try {
    for await (const entry of eachOf(batches)) {
      if (entry.kind === 'unreadable') continue;
      const { receivedAt } = entry.record;
      if (first === undefined || (isReversed ? receivedAt > first : receivedAt < first)) first = receivedAt;
      count += 1;
      if (count === lookedAt) break;
    }
  } catch (error) {
    // Of a file that breaks off the beginning counts; the error comes when it is read.
    if (first === undefined) throw error;
  }
  return first;
}

async function oldestFirst(file: RecordInput, search: LineSearch | undefined): Promise<EntrySource> {
  if (file.kind === 'stream') {
    return { time: earliest, entries: () => entriesOf(file.stream, file.name, { search }) };
  }
  const { path, end } = file;
  const time = (await firstTime(entriesOfFile(path, { end }), false)) ?? earliest;
  return { time, entries: () => entriesOfFile(path, { end, search, reorder: new Reorder(false) }) };
}

async function newestFirst(file: RecordInput, { packed: choice, search }: ReadOptions): Promise<EntrySource> {
  if (file.kind === 'stream') throw new JournalError(`${file.name}: only files can be read from their end`);
  const { path, end, day } = file;
  const packed = await isPacked(path);
  const entries = (): AsyncGenerator<EntryBatch> =>
    packed && choice
      ? lastOfPacked(path, choice, { end, search })
      : entriesFromEnd(path, { end, search, reorder: new Reorder(true) });
  // All of a packed file has to be read for its end, and its day says enough.
  if (day !== undefined && packed) return { time: `${day}T23:59:59.999Z`, entries };
  if (packed) {
    // Is it what its name says?
    await firstTime(entriesOfFile(path, { end }), false);
    return { time: latest, entries };
  }
  return { time: (await firstTime(entriesFromEnd(path, { end }), true)) ?? latest, entries };
}

export interface ReadOptions {
  /** Read files from their end, so that the last records of a large journal are there at once. */
  readonly newestFirst?: boolean;
  /**
   * For newest first: what is wanted of packed files. Nothing else of them is given then, lines are numbered from the
   * beginning, and each is read once; without it, once for each 16 MiB that are taken.
   */
  readonly packed?: PackedChoice;
  /** Day files of folders before this moment are left out: one has no later records than those of its day. */
  readonly since?: Date | undefined;
  /** Lines that it passes over are left out. */
  readonly search?: LineSearch | undefined;
}

/**
 * Everything in folders, files and streams, in order of time over all of them. In a file the order of the file holds, but
 * for records of one run that stand a little out of the order of their numbers (see `Reorder`); in a stream it holds.
 * Takes little memory, and has a file open only while it is the turn of its time. Streams cannot be read newest first;
 * lines are numbered from the end then (-1 is the last).
 *
 * Lines that cannot be read come as `unreadable`. Rejects with JournalError: at once when something is not there or
 * cannot be read at all, and after everything else when a file turns out to be broken (a truncated .gz).
 */
export async function* readBatches(
  inputs: readonly RecordInput[],
  options: ReadOptions = {},
): AsyncGenerator<EntryBatch, void, undefined> {
  const isReversed = options.newestFirst ?? false;
  const firstDay = options.since?.toISOString().slice(0, 10) ?? earliest;
  const sources: EntrySource[] = [];
  for (const file of await recordFiles(inputs)) {
    if (file.kind === 'path' && (file.day ?? latest) < firstDay) continue;
    sources.push(await (isReversed ? newestFirst(file, options) : oldestFirst(file, options.search)));
  }
  yield* mergeByTime(sources, isReversed);
}

/** The same, one by one. */
export function readRecords(
  inputs: readonly RecordInput[],
  options?: ReadOptions,
): AsyncGenerator<ScanEntry, void, undefined> {
  return eachOf(readBatches(inputs, options));
}
