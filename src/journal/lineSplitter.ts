import { longestLine } from './line.ts';

export interface Line {
  /** Without its newline. Undefined when it is longer than any line that is written: then it is not held in memory. */
  readonly bytes: Buffer | undefined;
  /** Bytes that it takes in the file, with its newline. */
  readonly length: number;
}

/**
 * Cuts what is read piece by piece into lines, at LF alone. Not node:readline, which also splits at U+2028, and that
 * stands unescaped in JSON.
 */
export class LineSplitter {
  #pieces: Buffer[] = [];
  #length = 0;

  /** The lines that end within this piece. The piece is kept, so it must not be written to again. */
  *push(piece: Buffer): Generator<Line> {
    let start = 0;
    for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, start)) {
      this.#add(piece.subarray(start, end));
      yield this.#take(1);
      start = end + 1;
    }
    this.#add(piece.subarray(start));
  }

  /** What follows the last newline; undefined when nothing does. */
  rest(): Line | undefined {
    return this.#length === 0 ? undefined : this.#take(0);
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#isTooLong) this.#pieces = [];
    else this.#pieces.push(piece);
  }

  get #isTooLong(): boolean {
    return this.#length >= longestLine;
  }

  #take(newline: number): Line {
    const [first, ...others] = this.#pieces;
    const whole = first && others.length === 0 ? first : Buffer.concat(this.#pieces);
    const line = { bytes: this.#isTooLong ? undefined : whole, length: this.#length + newline };
    this.#pieces = [];
    this.#length = 0;
    return line;
  }
}
