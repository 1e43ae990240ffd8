import { entriesFromEnd, entriesOf, entriesOfFile, isPacked, lastOfPacked, type PackedChoice } from './fileEntries.ts';
import { JournalError, type ScanEntry } from './journal.ts';
import { type EntrySource, mergeByTime } from './mergeByTime.ts';
import { recordFiles } from './recordFiles.ts';
import { Reorder } from './reorder.ts';
import { type RecordInput } from './recordInput.ts';

/** Before and after every moment, as texts. */
const [earliest, latest] = ['', '\uffff'];

/** Records that are looked at for the time of a file. */
const lookedAt = 64;

/**
 * When the first record came in of those that can be read. A later one may come before it by its number, so a few more
 * are looked at; among files that overlap, one that is further behind may come late.
 */
async function firstTime(entries: AsyncGenerator<ScanEntry>, isReversed: boolean): Promise<string | undefined> {
  let first: string | undefined;
  let count = 0;
  try {
    for await (const entry of entries) {
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

async function oldestFirst(file: RecordInput): Promise<EntrySource> {
  if (file.kind === 'stream') {
    return { time: earliest, entries: () => entriesOf(file.stream, file.name) };
  }
  const { path, end } = file;
  const time = (await firstTime(entriesOfFile(path, end), false)) ?? earliest;
  return { time, entries: () => entriesOfFile(path, end, new Reorder(false)) };
}

async function newestFirst(file: RecordInput, choice: PackedChoice | undefined): Promise<EntrySource> {
  if (file.kind === 'stream') throw new JournalError(`${file.name}: only files can be read from their end`);
  const { path, end, day } = file;
  const packed = await isPacked(path);
  const entries = (): AsyncGenerator<ScanEntry> =>
    packed && choice ? lastOfPacked(path, end, choice) : entriesFromEnd(path, end, new Reorder(true));
  // All of a packed file has to be read for its end, and its day says enough.
  if (day !== undefined && packed) return { time: `${day}T23:59:59.999Z`, entries };
  if (packed) {
    // Is it what its name says?
    await firstTime(entriesOfFile(path, end), false);
    return { time: latest, entries };
  }
  return { time: (await firstTime(entriesFromEnd(path, end), true)) ?? latest, entries };
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
export async function* readRecords(
  inputs: readonly RecordInput[],
  options: ReadOptions = {},
): AsyncGenerator<ScanEntry, void, undefined> {
  const isReversed = options.newestFirst ?? false;
  const firstDay = options.since?.toISOString().slice(0, 10) ?? earliest;
  const sources: EntrySource[] = [];
  for (const file of await recordFiles(inputs)) {
    if (file.kind === 'path' && (file.day ?? latest) < firstDay) continue;
    sources.push(await (isReversed ? newestFirst(file, options.packed) : oldestFirst(file)));
  }
  yield* mergeByTime(sources, isReversed);
}
