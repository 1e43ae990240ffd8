import { type FileHandle, open } from 'node:fs/promises';
import { longestLine } from './line.ts';
import { readRange } from './readRange.ts';

/** What was found behind the last whole record of a file, and where it was put. */
export interface TornTail {
  readonly file: string;
  readonly bytes: number;
  readonly setAsideTo: string;
}

const newline = 0x0a;
const openingBrace = 0x7b;
const chunkBytes = 64 * 1024;

/** Reads lines from the end of a file backwards. Keeps the piece it has read, for many short lines may be in it. */
class LinesFromEnd {
  readonly #file: FileHandle;
  #start = 0;
  #piece: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  #holds(start: number, end: number): boolean {
    return start >= this.#start && end <= this.#start + this.#piece.length;
  }

  /** Where the line that ends at `end` (its newline included) begins. */
  async lineStart(end: number): Promise<number> {
    let position = end - 1;
    while (position > 0) {
      if (!this.#holds(position - 1, position + 1)) {
        this.#start = Math.max(0, position - chunkBytes);
        this.#piece = await readRange(this.#file, this.#start, position + 1);
      }
      const found = this.#piece.subarray(0, position - this.#start).lastIndexOf(newline);
      if (found >= 0) return this.#start + found + 1;
      position = this.#start;
    }
    return 0;
  }

  async bytes(start: number, end: number): Promise<Buffer> {
    if (!this.#holds(start, end)) return readRange(this.#file, start, end);
    return this.#piece.subarray(start - this.#start, end - this.#start);
  }
}

/** A record is a JSON object; a lone number, say, is what garbage can look like. */
function isWholeLine(line: Buffer): boolean {
  if (line[0] !== openingBrace || line.at(-1) !== newline) return false;
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Where the last whole line of the file ends; all behind it was being written when the machine or process stopped. */
async function wholeLength(file: FileHandle, size: number): Promise<number> {
  const lines = new LinesFromEnd(file);
  let end = size;
  while (end > 0) {
    const start = await lines.lineStart(end);
    if (end - start <= longestLine && isWholeLine(await lines.bytes(start, end))) return end;
    end = start;
  }
  return 0;
}

/**
 * Moves a torn tail (a line without its end, or lines that are no JSON object) of a file to `<file>.torn`, so that the file
 * has whole lines only. The caller holds the lock of the file. Torn lines were never acknowledged: an answer goes out
 * only after the whole batch is on disk.
 */
export async function setTornTailAside(path: string): Promise<TornTail | undefined> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const whole = await wholeLength(file, size);
    if (whole === size) return undefined;
    const setAsideTo = `${path}.torn`;
    const aside = await open(setAsideTo, 'a', 0o600);
    try {
      for (let start = whole; start < size; start += longestLine) {
        await aside.appendFile(await readRange(file, start, Math.min(size, start + longestLine)));
      }
      await aside.datasync();
    } finally {
      await aside.close();
    }
    await file.truncate(whole);
    await file.datasync();
    return { file: path, bytes: size - whole, setAsideTo };
  } finally {
    await file.close();
  }
}
