import { partsOf } from './hole.ts';
import { type ScanEntry } from './journal.ts';
import { decodeBytes, type DecodedLine, decodeText, longestLine } from './line.ts';
import { type LineBlock } from './lineBlocks.ts';
import { linePlaces, type LineSearch } from './lineSearch.ts';
import { mostPassed, type Reorder } from './reorder.ts';

/** Entries that are given together: a step for each of them would take longer than to read it. */
export type EntryBatch = readonly ScanEntry[];

const none: EntryBatch = [];

/** Entries of a batch, about: decoded they take more memory than the bytes that they come from. */
const batchEntries = 256;
/** Bytes of their lines: `serve` reads old records in the thread that answers, and has to wait for no more than this. */
const batchBytes = 256 * 1024;

export interface EntryOptions {
  /** What the entries are said to come from. */
  readonly file: string;
  /** Whether the last block comes first: then lines are numbered from -1. */
  readonly fromEnd?: boolean;
  /** Puts the entries in order; without it they keep that of the lines. */
  readonly reorder?: Reorder | undefined;
  /** Leaves out lines that need not be read; from then on they are not counted, and their number is 0. */
  readonly search?: LineSearch | undefined;
}

/**
 * A last line without its newline is a record when it is one as it stands, for a file need not end in a newline. Else
 * somebody is writing it, or was when the machine stopped.
 */
function orTorn(decoded: DecodedLine, whole: boolean): DecodedLine {
  return whole || decoded.kind === 'record' ? decoded : { kind: 'unreadable', reason: 'the line has no end' };
}

/** How many lines end in the bytes, as far as the reordering has to know. */
function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0 && count < mostPassed; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

/** Turns blocks of lines into entries. */
class BlockDecoder {
  readonly #options: EntryOptions;
  #line = 0;

  constructor(options: EntryOptions) {
    this.#options = options;
  }

  async *batches({ bytes, whole }: LineBlock): AsyncGenerator<ScanEntry[]> {
    const { fromEnd = false, search } = this.#options;
    if (!bytes) {
      this.#line += fromEnd ? -1 : 1;
      return yield [...this.#push(orTorn(await decodeBytes(undefined), whole), undefined, 0)];
    }
    const places = search ? search.places(bytes, fromEnd) : linePlaces(bytes);
    let batch: ScanEntry[] = [];
    let decodedBytes = 0;
    let passed = fromEnd ? bytes.length : 0;
    for (let index = 0; index < places.length; index += 2) {
      const at = fromEnd ? places.length - 2 - index : index;
      const [start = 0, end = 0] = [places[at], places[at + 1]];
      batch.push(...(fromEnd ? this.#pass(bytes, end + 1, passed) : this.#pass(bytes, passed, start)));
      passed = fromEnd ? start : end + 1;
      const text = end - start <= longestLine ? bytes.toString('utf8', start, end) : undefined;
      const decoded = text === undefined ? decodeBytes(undefined) : decodeText(text, bytes, start, end);
      // Not `await` for all, which would cost a step for each line.
      const line = decoded instanceof Promise ? await decoded : decoded;
      this.#line += fromEnd ? -1 : 1;
      if (line.kind === 'record' || text === undefined) batch.push(...this.#push(line, text, end - start));
      else batch.push(...(await this.#pushParts(orTorn(line, whole), bytes.subarray(start, end))));
      decodedBytes += end - start;
      if (batch.length < batchEntries && decodedBytes < batchBytes) continue;
      yield batch;
      batch = [];
      decodedBytes = 0;
    }
    batch.push(...(fromEnd ? this.#pass(bytes, 0, passed) : this.#pass(bytes, passed, bytes.length)));
    yield batch;
  }

  rest(): EntryBatch {
    return this.#options.reorder?.rest() ?? none;
  }

  /** The parts of a line have its number, for they stand in it. */
  async #pushParts(line: DecodedLine, bytes: Buffer): Promise<ScanEntry[]> {
    const parts = await partsOf(line, bytes);
    const inOrder = this.#options.fromEnd ? parts.toReversed() : parts;
    return inOrder.flatMap((part) => this.#push(part.decoded, part.text, part.text.length));
  }

  #push(decoded: DecodedLine, text: string | undefined, bytes: number): EntryBatch {
    const { file, reorder, search } = this.#options;
    const line = search?.hasPassedOver ? 0 : this.#line;
    // Not `{ ...decoded }`, which V8 makes anew in much more time.
    const entry: ScanEntry =
      decoded.kind === 'record'
        ? { kind: 'record', record: decoded.record, file, line, text }
        : { kind: 'unreadable', reason: decoded.reason, file, line, text };
    return reorder ? reorder.push(entry, bytes) : [entry];
  }

  /** What the reordering gives for lines that are left out. */
  #pass(bytes: Buffer, start: number, end: number): EntryBatch {
    const { reorder } = this.#options;
    return start < end && reorder?.isHolding ? reorder.pass(countLines(bytes.subarray(start, end))) : none;
  }
}

/** The entries of the lines of blocks. Throws what the reading of the blocks throws, after all that came before. */
export async function* entriesOfBlocks(
  blocks: AsyncIterable<LineBlock>,
  options: EntryOptions,
): AsyncGenerator<EntryBatch> {
  const decoder = new BlockDecoder(options);
  try {
    for await (const block of blocks) yield* decoder.batches(block);
  } catch (error) {
    yield decoder.rest();
    throw error;
  }
  yield decoder.rest();
}
