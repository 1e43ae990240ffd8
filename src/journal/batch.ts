import { type JournalError } from './journal.ts';

const firstCapacity = 64 * 1024;
/** Bytes of the largest buffer that is kept for the next batch: a thousand callers fill half of it. */
const mostKept = 4 * 1024 * 1024;

/** Lines of one day that go to the disk together, in one buffer that grows with them. */
export class Batch {
  readonly day: string;
  /** Resolves when all of the lines are on disk. */
  readonly written: Promise<void>;
  resolve!: () => void;
  reject!: (error: JournalError) => void;
  #buffer: Buffer;
  #length = 0;
  #lines = 0;

  /** `spare` is the buffer of a batch that is written. */
  constructor(day: string, spare: Buffer | undefined) {
    this.day = day;
    this.#buffer = spare ?? Buffer.allocUnsafeSlow(firstCapacity);
    this.written = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Adds a line that is so many bytes long. */
  add(line: string, bytes: number): void {
    const end = this.#length + bytes;
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(2 * end);
      this.bytes.copy(larger);
      this.#buffer = larger;
    }
    this.#buffer.write(line, this.#length);
    this.#length = end;
    this.#lines += 1;
  }

  /** The buffer for another batch, once this one is written; none that a burst made large. */
  get spare(): Buffer | undefined {
    return this.#buffer.length <= mostKept ? this.#buffer : undefined;
  }
}
