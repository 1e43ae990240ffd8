import { type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { decodeParts } from './hole.ts';
import { type ScanEntry } from './journal.ts';
import { LinesFromEnd } from './linesFromEnd.ts';
import { type Line, LineSplitter } from './lineSplitter.ts';
import { readRange } from './readRange.ts';

/** A line that was read, and how to tell that it still stands where it was. */
interface Mark {
  readonly start: number;
  readonly end: number;
  /** Number of the line in the file, from 1; 0 when the lines before it were not counted. */
  readonly line: number;
  /** Its first bytes: run, number and time are there, so no two records share them. */
  readonly head: Buffer;
}

const headBytes = 128;
/** Lines that can be cut off the end of a file before all of it is read anew. */
const mostMarks = 32;
const pieceBytes = 64 * 1024;
const newline = 0x0a;

const isSameFile = (a: Stats, b: Stats): boolean => a.ino === b.ino && a.dev === b.dev;

function isUnchanged(a: Stats, b: Stats): boolean {
  return isSameFile(a, b) && a.size === b.size && a.mtimeMs === b.mtimeMs;
}

async function stillStands(handle: FileHandle, { start, end, head }: Mark): Promise<boolean> {
  const beginning = await readRange(handle, start, start + head.length);
  const last = await readRange(handle, end - 1, end);
  return beginning.equals(head) && last[0] === newline;
}

/**
 * A file that others append lines to, read on from where it was left. Only places are remembered, and the beginnings
 * of the last lines: what was cut off (a torn tail that is mended, a write that failed half-way) must not bring back
 * what was read before, while a file that was emptied or replaced is read from its beginning. It is held open, so that what was appended
 * just before another took its place is read, too.
 */
export class FollowedFile {
  readonly #path: string;
  /** The last lines that were read, the newest last. */
  #marks: Mark[] = [];
  #seen: Stats | undefined;
  #handle: FileHandle | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** When it was last written to, as far as it was read; milliseconds. */
  get modifiedMs(): number {
    return this.#seen?.mtimeMs ?? 0;
  }

  /** The whole lines that were not given yet. Rejects when the file cannot be read, or is gone (ENOENT). */
  async *newLines(): AsyncGenerator<ScanEntry> {
    let there: Stats;
    try {
      there = await stat(this.#path);
    } catch (error) {
      yield* this.rest();
      throw error;
    }
    if (this.#seen && isUnchanged(this.#seen, there)) return;
    if (this.#seen && !isSameFile(this.#seen, there)) yield* this.rest();
    this.#handle ??= await open(this.#path, 'r');
    yield* this.#read(this.#handle);
  }

  /** The whole lines that were not given yet of a file that is no longer there under its name; closes it. */
  async *rest(): AsyncGenerator<ScanEntry> {
    try {
      if (this.#handle) yield* this.#read(this.#handle);
    } finally {
      await this.close();
    }
  }

  /** Lets the file go; it is opened again when there is something new in it. */
  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async *#read(handle: FileHandle): AsyncGenerator<ScanEntry> {
    const now = await handle.stat();
    if (this.#seen && !isSameFile(this.#seen, now)) this.#marks = [];
    this.#seen = now;
    await this.#dropMarksOfLostLines(handle);
    const splitter = new LineSplitter();
    // Up to the size of this moment, so that a busy file does not keep the reader from the others.
    for (let start = this.#end; start < now.size;) {
      const piece = await readRange(handle, start, Math.min(start + pieceBytes, now.size));
      if (piece.length === 0) break;
      for (const line of splitter.push(piece)) {
        const parts = await decodeParts(line.bytes);
        const place = this.#place(line);
        for (const decoded of parts) yield { ...decoded, ...place };
      }
      start += piece.length;
    }
  }

  /** Counts the whole lines that are there now as given, and says where the last of them ends. */
  async skip(): Promise<number> {
    this.#handle ??= await open(this.#path, 'r');
    const now = await this.#handle.stat();
    const lines = new LinesFromEnd(this.#handle);
    const last = await lines.bytes(Math.max(0, now.size - 1), now.size);
    const wholeEnd = last[0] === newline ? now.size : await lines.lineStart(now.size);
    const marks: Mark[] = [];
    for (let end = wholeEnd; end > 0 && marks.length < mostMarks;) {
      const start = await lines.lineStart(end);
      const head = Buffer.from(await lines.bytes(start, Math.min(start + headBytes, end - 1)));
      marks.unshift({ start, end, line: 0, head });
      end = start;
    }
    this.#marks = marks;
    this.#seen = now;
    return wholeEnd;
  }

  get #end(): number {
    return this.#marks.at(-1)?.end ?? 0;
  }

  async #dropMarksOfLostLines(handle: FileHandle): Promise<void> {
    for (let last = this.#marks.at(-1); last && !(await stillStands(handle, last)); last = this.#marks.at(-1)) {
      this.#marks.pop();
    }
  }

  /** Marks a line as read, and says where it stands. */
  #place({ bytes, length }: Line): Pick<ScanEntry, 'file' | 'line'> {
    const start = this.#end;
    const last = this.#marks.at(-1);
    const line = last?.line === 0 ? 0 : (last?.line ?? 0) + 1;
    // A copy, for the bytes are a part of a larger piece.
    const head = Buffer.from(bytes?.subarray(0, headBytes) ?? []);
    this.#marks.push({ start, end: start + length, line, head });
    if (this.#marks.length > mostMarks) this.#marks.shift();
    return { file: this.#path, line };
  }
}
