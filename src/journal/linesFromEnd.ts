import { type FileHandle } from 'node:fs/promises';
import { readRange } from './readRange.ts';

const newline = 0x0a;
const chunkBytes = 64 * 1024;

/** Reads lines from the end of a file backwards. Keeps the piece it has read, for many short lines may be in it. */
export class LinesFromEnd {
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
