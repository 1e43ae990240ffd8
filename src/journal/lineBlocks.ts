import { longestLine } from './line.ts';

const newline = 0x0a;

/** Lines as they stand one behind the other: looked at together, for a step for each line would take most of the time. */
export interface LineBlock {
  /** Whole lines with their newlines. Undefined for one line that is longer than any that is written: it is not held. */
  readonly bytes: Buffer | undefined;
  /** Bytes that they take. */
  readonly length: number;
  /** False for the last line of a file that ends without a newline; it stands in a block of its own. */
  readonly whole: boolean;
}

/** A line that is gathered piece by piece, from its beginning or from its end. */
class PartedLine {
  readonly #fromEnd: boolean;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(fromEnd: boolean) {
    this.#fromEnd = fromEnd;
  }

  /** Adds a piece; its bytes are copied, for they may be overwritten. */
  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    if (this.#length > longestLine) this.#pieces = [];
    else if (this.#fromEnd) this.#pieces.unshift(Buffer.from(piece));
    else this.#pieces.push(Buffer.from(piece));
  }

  /** The line with `last`, the piece that completes it; none when there is nothing. */
  take(last: Buffer, whole = true): LineBlock[] {
    const parts = this.#fromEnd ? [last, ...this.#pieces] : [...this.#pieces, last];
    const length = this.#length + last.length;
    this.#pieces = [];
    this.#length = 0;
    if (length === 0) return [];
    const isTooLong = length - (whole ? 1 : 0) >= longestLine;
    return [{ bytes: isTooLong ? undefined : Buffer.concat(parts, length), length, whole }];
  }
}

const nothing = Buffer.alloc(0);

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
      yield* line.take(piece.subarray(0, first));
      yield* blockOf(piece.subarray(first, end));
    }
    line.add(piece.subarray(end));
  }
  yield* line.take(nothing, false);
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
      yield* line.take(piece.subarray(end), whole);
      whole = true;
      yield* blockOf(piece.subarray(first, end));
    }
    line.add(piece.subarray(0, first === 0 ? piece.length : first));
  }
  yield* line.take(nothing, whole);
}
