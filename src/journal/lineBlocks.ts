import { longestLine } from './line.ts';

const newline = 0x0a;

/** Lines as they stand one behind the other: looked at together, for a step for each line would take most of the time. */
export interface LineBlock {
  /** Whole lines with their newlines. Undefined for one line that is longer than any that is written: it is not held. */
  readonly bytes: Buffer | undefined;
  /** Bytes that they take in the file; more than `bytes` for a line with a hole. */
  readonly length: number;
  /** False for the last line of a file that ends without a newline; it stands in a block of its own. */
  readonly whole: boolean;
}

/** A line that is gathered piece by piece, from its beginning or from its end. */
class PartedLine {
  readonly #fromEnd: boolean;
  #pieces: Buffer[] = [];
  /** Bytes that are held, and all. */
  #held = 0;
  #length = 0;
  #hasHole = false;

  constructor(fromEnd: boolean) {
    this.#fromEnd = fromEnd;
  }

  /**
   * Adds a piece; its bytes are copied, for they may be overwritten. Of what cannot be a record for its NULs the last one
   * is held: a hole may be longer than any line that is written.
   */
  add(piece: Buffer): void {
    this.#length += piece.length;
    if (piece.length === 0 || (this.#fromEnd && this.#hasHole)) return;
    const hole = piece.lastIndexOf(0);
    const kept = piece.subarray(Math.max(0, hole));
    if (hole >= 0 && !this.#fromEnd) this.#drop();
    this.#hasHole ||= hole >= 0;
    this.#held += kept.length;
    if (this.#isLongerThan(longestLine)) this.#pieces = [];
    else if (this.#fromEnd) this.#pieces.unshift(Buffer.from(kept));
    else this.#pieces.push(Buffer.from(kept));
  }

  /** The line; none when there is nothing. */
  take(whole = true): LineBlock[] {
    const [pieces, held, length] = [this.#pieces, this.#held, this.#length];
    // The newline counts.
    const isTooLong = this.#isLongerThan(whole ? longestLine : longestLine - 1);
    this.#drop();
    this.#length = 0;
    this.#hasHole = false;
    return length === 0 ? [] : [{ bytes: isTooLong ? undefined : Buffer.concat(pieces, held), length, whole }];
  }

  /** Whether more is held, beside the NUL that stands for a hole. */
  #isLongerThan(most: number): boolean {
    return this.#held > most + (this.#hasHole ? 1 : 0);
  }

  #drop(): void {
    this.#pieces = [];
    this.#held = 0;
  }
}

const blockOf = (bytes: Buffer): LineBlock[] =>
  bytes.length === 0 ? [] : [{ bytes, length: bytes.length, whole: true }];

/**
 * Cuts what is read piece by piece into lines, at LF alone: U+2028 stands unescaped in JSON. A block holds until the next
 * is asked for.
 */
export async function* blocksOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  const line = new PartedLine(false);
  for await (const piece of pieces) {
    const first = piece.indexOf(newline) + 1;
    const end = piece.lastIndexOf(newline) + 1;
    if (first > 0) {
      line.add(piece.subarray(0, first));
      yield* line.take();
      yield* blockOf(piece.subarray(first, end));
    }
    line.add(piece.subarray(end));
  }
  yield* line.take(false);
}

/** The same for pieces that come from the end of a file, the last one first: the last block is the first one then. */
export async function* blocksFromEnd(pieces: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  const line = new PartedLine(true);
  let whole: boolean | undefined;
  for await (const piece of pieces) {
    // Only the last line of the file may have no newline.
    whole ??= piece.at(-1) === newline;
    const first = piece.indexOf(newline) + 1;
    const end = piece.lastIndexOf(newline) + 1;
    if (first > 0) {
      line.add(piece.subarray(end));
      yield* line.take(whole);
      whole = true;
      yield* blockOf(piece.subarray(first, end));
    }
    line.add(piece.subarray(0, first === 0 ? piece.length : first));
  }
  yield* line.take(whole);
}
