import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { JournalError, type ScanEntry } from './journal.ts';
import { type DecodedLine, decodeBytes, longestLine } from './line.ts';
import { type Line } from './lineSplitter.ts';
import { LinesFromEnd } from './linesFromEnd.ts';
import { linesOf } from './readLines.ts';
import { readRange } from './readRange.ts';
import { inputError } from './recordInput.ts';
import { Reorder } from './reorder.ts';
import { isGzip, NotGzipError, unpack } from './unpack.ts';

const newline = 0x0a;
/** Bytes of lines that are held while a packed file is read from its end; it is unpacked once for each such block. */
const blockBytes = 16 * 1024 * 1024;

type AnyLine = Pick<Line, 'bytes'> & { readonly whole: boolean };

/**
 * A last line without its newline is a record when it is one as it stands, for a file need not end in a newline. Else
 * somebody is writing it, or was when the machine stopped.
 */
function decode({ bytes, whole }: AnyLine): DecodedLine {
  const decoded = decodeBytes(bytes);
  return whole || decoded.kind === 'record' ? decoded : { kind: 'unreadable', reason: 'the line has no end' };
}

function readError(error: unknown, file: string): JournalError {
  if (error instanceof NotGzipError) return new JournalError(`${file}: it is not gzip, as its name says`);
  return inputError(error, file);
}

const hasPackedName = (file: string): boolean => file.endsWith('.gz');

/**
 * Lines as entries, numbered from 1, or from -1 by `step` -1. In the order of the lines, or as `reorder` puts them: of a
 * file, not of what comes through a pipe, for somebody may be waiting at its other end. Rejects with JournalError.
 */
async function* entriesOfLines(
  lines: AsyncIterable<AnyLine>,
  file: string,
  step: 1 | -1,
  reorder: Reorder | undefined,
): AsyncGenerator<ScanEntry> {
  let line = 0;
  try {
    for await (const read of lines) {
      line += step;
      const entry = { ...decode(read), file, line };
      if (reorder) yield* reorder.push(entry, read.bytes?.length ?? 0);
      else yield entry;
    }
  } catch (error) {
    if (reorder) yield* reorder.rest();
    throw readError(error, file);
  }
  if (reorder) yield* reorder.rest();
}

/** The entries of a stream or file, from its beginning. Rejects with JournalError. */
export function entriesOf(pieces: AsyncIterable<Buffer>, file: string, reorder?: Reorder): AsyncGenerator<ScanEntry> {
  return entriesOfLines(linesOf(unpack(pieces, hasPackedName(file))), file, 1, reorder);
}

const piecesOf = (path: string, end = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> =>
  createReadStream(path, { end: end - 1 }) as AsyncIterable<Buffer>;

/** The entries of a file up to the byte `end`, from its beginning. Rejects with JournalError. */
export async function* entriesOfFile(path: string, end?: number, reorder?: Reorder): AsyncGenerator<ScanEntry> {
  if (end !== 0) yield* entriesOf(piecesOf(path, end), path, reorder);
}

/** Lines of a plain file, the last first. */
async function* linesFromEnd(file: FileHandle, size: number): AsyncGenerator<AnyLine> {
  const lines = new LinesFromEnd(file);
  for (let end = size; end > 0;) {
    const start = await lines.lineStart(end);
    const last = await lines.bytes(end - 1, end);
    const whole = last[0] === newline;
    const textEnd = whole ? end - 1 : end;
    yield { bytes: textEnd - start >= longestLine ? undefined : await lines.bytes(start, textEnd), whole };
    end = start;
  }
}

/** Bytes of memory, about; each line costs some for itself. */
const heldBy = (line: AnyLine | undefined): number => (line?.bytes?.length ?? 0) + 100;

/** Lines of a packed file, the last first: gzip can only be read forwards, so it is read again for each block. */
async function* packedLinesFromEnd(path: string, packedEnd: number | undefined): AsyncGenerator<AnyLine> {
  let failure: unknown;
  for (let end = Number.POSITIVE_INFINITY; end > 0;) {
    const block: AnyLine[] = [];
    let held = 0;
    let count = 0;
    try {
      for await (const line of linesOf(unpack(piecesOf(path, packedEnd), hasPackedName(path)))) {
        block.push(line);
        // Not `length`: of a line that is too long nothing is held.
        held += heldBy(line);
        count += 1;
        while (held > blockBytes && block.length > 1) held -= heldBy(block.shift());
        if (count === end) break;
      }
    } catch (error) {
      failure ??= error;
    }
    yield* block.toReversed();
    end = count - block.length;
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

async function* allLinesFromEnd(path: string, end: number | undefined): AsyncGenerator<AnyLine> {
  const handle = await open(path, 'r');
  try {
    const size = end ?? (await handle.stat()).size;
    const packed = hasPackedName(path) || isGzip(await readRange(handle, 0, 2));
    yield* packed ? packedLinesFromEnd(path, end) : linesFromEnd(handle, size);
  } finally {
    await handle.close();
  }
}

/**
 * The entries of a file up to the byte `end`, from its end; lines are numbered from the end, -1 is the last one.
 * Rejects with JournalError.
 */
export function entriesFromEnd(path: string, end?: number, reorder?: Reorder): AsyncGenerator<ScanEntry> {
  return entriesOfLines(allLinesFromEnd(path, end), path, -1, reorder);
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
  end: number | undefined,
  { last, wanted, broken, signal }: PackedChoice,
): AsyncGenerator<ScanEntry> {
  let held: ScanEntry[] = [];
  try {
    for await (const entry of entriesOfFile(path, end, new Reorder(false))) {
      if (signal.aborted) return;
      if (wanted(entry)) held.push(entry);
      // Not one by one, which would move all of them each time.
      if (held.length >= 2 * last) held = held.slice(-last);
    }
  } catch (error) {
    broken(readError(error, path));
  }
  yield* held.slice(-last).toReversed();
}
