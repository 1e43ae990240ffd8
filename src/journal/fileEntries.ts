import { open } from 'node:fs/promises';
import { entriesOfBlocks, type EntryBatch, type EntryOptions } from './entriesOfBlocks.ts';
import { fileChunks } from './fileChunks.ts';
import { JournalError, type ScanEntry } from './journal.ts';
import { blocksFromEnd, blocksOf, type LineBlock } from './lineBlocks.ts';
import { readRange } from './readRange.ts';
import { inputError } from './recordInput.ts';
import { Reorder } from './reorder.ts';
import { isGzip, NotGzipError, unpack } from './unpack.ts';

/** Bytes of lines that are held while a packed file is read from its end; it is unpacked once for each so many. */
const heldBytes = 16 * 1024 * 1024;

/** How entries of a file are read: in which order, and which. */
export type ReadingOptions = Pick<EntryOptions, 'reorder' | 'search'> & {
  /** What stands from this byte on is not read. */
  readonly end?: number | undefined;
};

function readError(error: unknown, file: string): JournalError {
  if (error instanceof NotGzipError) return new JournalError(`${file}: it is not gzip, as its name says`);
  return inputError(error, file);
}

const hasPackedName = (file: string): boolean => file.endsWith('.gz');

async function* entries(blocks: AsyncIterable<LineBlock>, options: EntryOptions): AsyncGenerator<EntryBatch> {
  try {
    yield* entriesOfBlocks(blocks, options);
  } catch (error) {
    throw readError(error, options.file);
  }
}

/** Lines, unpacked where they are packed, from the beginning. */
const blocksOfPieces = (pieces: AsyncIterable<Buffer>, file: string): AsyncGenerator<LineBlock> =>
  blocksOf(unpack(pieces, hasPackedName(file)));

/**
 * The entries of a stream, from its beginning: in its own order unless told otherwise, for somebody may be waiting at
 * its other end. Rejects with JournalError.
 */
export function entriesOf(
  pieces: AsyncIterable<Buffer>,
  file: string,
  options: Omit<ReadingOptions, 'end'> = {},
): AsyncGenerator<EntryBatch> {
  return entries(blocksOfPieces(pieces, file), { file, ...options });
}

/** The entries of a file, from its beginning. Rejects with JournalError. */
export async function* entriesOfFile(
  path: string,
  { end, ...options }: ReadingOptions = {},
): AsyncGenerator<EntryBatch> {
  if (end !== 0) yield* entriesOf(fileChunks(path, { end }), path, options);
}

/** Bytes of memory, about; each block costs some for itself. */
const heldBy = (block: LineBlock | undefined): number => (block?.bytes?.length ?? 0) + 100;

/** The lines of a block that stand in its first bytes, which end with a line. */
const beginningOf = ({ bytes, whole, length }: LineBlock, end: number): LineBlock =>
  end >= length ? { bytes, whole, length } : { bytes: bytes?.subarray(0, end), whole, length: end };

/** Blocks of a packed file, the last first: gzip can only be read forwards, so it is read again for all that are held. */
async function* packedBlocksFromEnd(path: string, packedEnd: number | undefined): AsyncGenerator<LineBlock> {
  let failure: unknown;
  for (let end = Number.POSITIVE_INFINITY; end > 0;) {
    const blocks: LineBlock[] = [];
    let held = 0;
    /** Bytes before those that are held, and before what comes. */
    let [start, at] = [0, 0];
    try {
      for await (const whole of blocksOfPieces(fileChunks(path, { end: packedEnd }), path)) {
        const block = beginningOf(whole, end - at);
        blocks.push(block);
        // Not `length`: of a line that is too long nothing is held.
        held += heldBy(block);
        at += block.length;
        while (held > heldBytes && blocks.length > 1) {
          start += blocks[0]?.length ?? 0;
          held -= heldBy(blocks.shift());
        }
        if (at === end) break;
      }
    } catch (error) {
      failure ??= error;
    }
    yield* blocks.toReversed();
    end = start;
  }
  if (failure !== undefined) throw failure;
}

/** Whether a file is packed; its name may say so, and then nothing is read. */
export async function isPacked(path: string): Promise<boolean> {
  if (hasPackedName(path)) return true;
  try {
    const handle = await open(path, 'r');
    try {
      return isGzip(await readRange(handle, 0, 2));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readError(error, path);
  }
}

/** The entries of a file from its end; lines are numbered from the end, -1 is the last one. Rejects with JournalError. */
export async function* entriesFromEnd(
  path: string,
  { end, ...options }: ReadingOptions = {},
): AsyncGenerator<EntryBatch> {
  const blocks = (await isPacked(path))
    ? packedBlocksFromEnd(path, end)
    : blocksFromEnd(fileChunks(path, { end, fromEnd: true }));
  yield* entries(blocks, { file: path, fromEnd: true, ...options });
}

/** What is wanted of a packed file that is read for its last entries. */
export interface PackedChoice {
  readonly last: number;
  /** Asked once of each entry of the file. */
  readonly wanted: (entry: ScanEntry) => boolean;
  /** Told that the file is broken: before its entries are given, for who has enough of them reads no further. */
  readonly broken: (error: JournalError) => void;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/** The last wanted entries of a packed file, newest first: gzip can only be read forwards, and this reads it once. */
export async function* lastOfPacked(
  path: string,
  { last, wanted, broken, signal }: PackedChoice,
  options: Omit<ReadingOptions, 'reorder'> = {},
): AsyncGenerator<EntryBatch> {
  let held: ScanEntry[] = [];
  try {
    for await (const batch of entriesOfFile(path, { ...options, reorder: new Reorder(false) })) {
      if (signal.aborted) return;
      for (const entry of batch) if (wanted(entry)) held.push(entry);
      // Not one by one, which would move all of them each time.
      if (held.length >= 2 * last) held = held.slice(-last);
    }
  } catch (error) {
    broken(readError(error, path));
  }
  yield held.slice(-last).toReversed();
}
