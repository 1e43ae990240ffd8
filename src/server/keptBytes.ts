/** Bytes that may be held at a time, shared by all who hold some. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Whether there are so many left; they are taken then. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

const firstCapacity = 4096;

/**
 * The beginning of something that comes in pieces, in one buffer: a megabyte that comes byte by byte, each in a buffer of
 * its own, would take some hundred megabytes.
 */
export class KeptBytes {
  readonly #limit: number;
  readonly #budget: ByteBudget;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #starved = false;

  constructor(limit: number, budget: ByteBudget) {
    this.#limit = limit;
    this.#budget = budget;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Whether bytes within the limit were dropped, for the budget was used up. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Keeps what is within the limit and the budget, and drops the rest. */
  add(chunk: Buffer): void {
    const wanted = Math.min(this.#length + chunk.length, this.#limit);
    if (wanted > this.#buffer.length && !this.#starved) this.#grow(wanted);
    this.#length += chunk.copy(this.#buffer, this.#length);
  }

  /** Gives what was taken back to the budget; the bytes are gone then. */
  release(): void {
    this.#budget.giveBack(this.#buffer.length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }

  #grow(wanted: number): void {
    const capacity = Math.min(Math.max(wanted, 2 * this.#buffer.length, firstCapacity), this.#limit);
    if (!this.#budget.take(capacity - this.#buffer.length)) {
      this.#starved = true;
      return;
    }
    const larger = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(larger);
    this.#buffer = larger;
  }
}
