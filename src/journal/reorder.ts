import { type ScanEntry } from './journal.ts';
import { type JournalRecord } from './record.ts';

/** Entries that are held back at most; each stands for a request that came while a slow one was waiting. */
export const windowEntries = 1000;
/** Bytes of lines that are held back at most, whatever they are. */
const windowBytes = 16 * 1024 * 1024;

/** Lines that are passed over before a record that is held back is given: more than a window, so that many go together. */
export const mostPassed = 1.2 * windowEntries;

const none: readonly ScanEntry[] = [];

interface Held {
  readonly entry: ScanEntry & { readonly kind: 'record' };
  readonly bytes: number;
  /** Lines that had been passed over when it came. */
  readonly passed: number;
}

/**
 * Puts the records of a file into the order in which their requests came. A record is appended once it is answered, so
 * one whose answer took long (a forward, an injected delay) stands behind later ones of its run.
 *
 * A record moves before those of a small window that have a larger number. Nothing moves over a line that cannot be
 * read or a record of another run. Where no number is left out nothing is held back: from the first record of a run on;
 * where a file begins with a later one, or is read from its end, behind the first window. Lines that are passed over,
 * for nobody wants their records, count for the window.
 */
export class Reorder {
  readonly #newestFirst: boolean;
  /** Of one run, in order. */
  #held: Held[] = [];
  #bytes = 0;
  #passed = 0;
  /** The last one that was given. */
  #last: Pick<JournalRecord, 'run' | 'seq'> | undefined;

  constructor(newestFirst: boolean) {
    this.#newestFirst = newestFirst;
  }

  /** Takes the next entry of the file, a line of so many bytes; gives those whose turn it is. */
  push(entry: ScanEntry, bytes: number): readonly ScanEntry[] {
    if (entry.kind === 'unreadable') return [...this.rest(), entry];
    const [first] = this.#held;
    const others = first && first.entry.record.run !== entry.record.run ? this.rest() : none;
    if (this.#held.length === 0 && this.#isNext(entry.record)) {
      this.#last = entry.record;
      return [...others, entry];
    }
    this.#insert({ entry, bytes, passed: this.#passed });
    const isFull = this.#held.length > windowEntries || this.#bytes > windowBytes;
    return [...others, ...this.#take(isFull ? 1 : 0), ...this.#take(this.#following())];
  }

  /** Whether lines that are passed over have to be counted, and told. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** So many lines are passed over; gives the records that none behind them can come before. */
  pass(lines: number): readonly ScanEntry[] {
    this.#passed += lines;
    const [first] = this.#held;
    // Not each at once, for each time all others would move up.
    if (!first || this.#passed - first.passed < mostPassed) return none;
    const waiting = this.#held.findIndex(({ passed }) => this.#passed - passed < windowEntries);
    return this.#take(waiting < 0 ? this.#held.length : waiting);
  }

  /** What is still held, at the end of the file. */
  rest(): readonly ScanEntry[] {
    return this.#take(this.#held.length);
  }

  #isNext({ run, seq }: JournalRecord): boolean {
    // The first one of a run: none can come before it.
    if (seq === 1 && !this.#newestFirst) return true;
    return this.#last?.run === run && seq === this.#last.seq + (this.#newestFirst ? -1 : 1);
  }

  #insert(held: Held): void {
    const { seq } = held.entry.record;
    const isLater = ({ entry: { record } }: Held): boolean => (this.#newestFirst ? record.seq < seq : record.seq > seq);
    this.#held.splice(this.#held.findLastIndex((other) => !isLater(other)) + 1, 0, held);
    this.#bytes += held.bytes;
  }

  /** How many of those that are held follow the last one without a gap. */
  #following(): number {
    const { run, seq } = this.#last ?? {};
    const step = this.#newestFirst ? -1 : 1;
    let count = 0;
    for (const { entry } of this.#held) {
      if (seq === undefined || entry.record.run !== run || entry.record.seq !== seq + step * (count + 1)) break;
      count += 1;
    }
    return count;
  }

  #take(count: number): readonly ScanEntry[] {
    if (count === 0) return none;
    return this.#held.splice(0, count).map(({ entry, bytes }) => {
      this.#bytes -= bytes;
      this.#last = entry.record;
      return entry;
    });
  }
}
