import { type JournalRecord } from '../journal/record.ts';
import { type Verdict, verdictOf } from '../journal/verdict.ts';

/** The one name of a record. */
export const recordId = ({ run, seq }: Pick<JournalRecord, 'run' | 'seq'>): string => `${run}:${seq}`;

/** What an object and its fields take, whatever the line. */
const objectBytes = 200;
/** Bytes of a chunk; a longer line has one of its own. Small enough that the last record of one keeps little alive. */
const chunkBytes = 256 * 1024;
/** UTF-8 takes at most so many bytes for a unit of UTF-16. */
const mostBytesAUnit = 3;

/** Where lines are kept, as bytes that V8's collector does not look into. */
export class LineChunks {
  #chunk = Buffer.alloc(0);
  #length = 0;

  /** Keeps a line as long as what it gives back is kept. */
  keep(line: string): { readonly chunk: Buffer; readonly start: number; readonly end: number } {
    const most = line.length * mostBytesAUnit;
    if (most > chunkBytes) {
      const chunk = Buffer.allocUnsafeSlow(Buffer.byteLength(line));
      return { chunk, start: 0, end: chunk.write(line) };
    }
    if (this.#length + most > this.#chunk.length) {
      this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
      this.#length = 0;
    }
    const start = this.#length;
    this.#length += this.#chunk.write(line, start);
    return { chunk: this.#chunk, start, end: this.#length };
  }
}

/**
 * A record as its line. Thousands of records as objects, each of a hundred, would keep V8's collector busier than all
 * that `serve` does for a request.
 */
export class HeldRecord {
  readonly run: string;
  readonly seq: number;
  readonly verdict: Verdict;
  readonly #chunk: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(record: JournalRecord, line: string, chunks: LineChunks) {
    this.run = record.run;
    this.seq = record.seq;
    this.verdict = verdictOf(record);
    const { chunk, start, end } = chunks.keep(line);
    this.#chunk = chunk;
    this.#start = start;
    this.#end = end;
  }

  get id(): string {
    return recordId(this);
  }

  /** About how many bytes of memory it takes. */
  get weight(): number {
    return objectBytes + this.#end - this.#start;
  }

  /** The line of the journal, with its newline. */
  get line(): string {
    return this.#chunk.toString('utf8', this.#start, this.#end);
  }

  /** Made anew each time. */
  get record(): JournalRecord {
    return JSON.parse(this.line) as JournalRecord;
  }
}
