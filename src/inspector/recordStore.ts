import { type ScanEntry } from '../journal/journal.ts';
import { encodeLine } from '../journal/line.ts';
import { type JournalRecord } from '../journal/record.ts';
import { HeldRecord, LineChunks } from './heldRecord.ts';
import { type Turns } from './turns.ts';

export interface StoreLimits {
  readonly mostRecords: number;
  /** Bytes of memory that all records together may take, estimated. */
  readonly mostBytes: number;
}

/** The newest records in memory, bounded: the oldest go first. The journal has them all. */
export class RecordStore {
  readonly #limits: StoreLimits;
  /** Oldest first. */
  #records: HeldRecord[] = [];
  readonly #chunks = new LineChunks();
  #bytes = 0;
  /** Place of the oldest one: places count up for ever, so that they stay when the oldest ones go. */
  #first = 0;
  #dropped = false;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#records.length;
  }

  /** Whether older records stand in the journal alone. */
  get dropped(): boolean {
    return this.#dropped;
  }

  /** Place of the oldest record. */
  get first(): number {
    return this.#first;
  }

  /** The place after that of the newest record. */
  get end(): number {
    return this.#first + this.#records.length;
  }

  /** The record of a place, if it is still here. */
  at(place: number): HeldRecord | undefined {
    return place < this.#first ? undefined : this.#records[place - this.#first];
  }

  get newest(): HeldRecord | undefined {
    return this.#records.at(-1);
  }

  /** Adds the newest one; `line` is its line, where that is made already. */
  add(record: JournalRecord, line = encodeLine(record)): HeldRecord {
    const held = new HeldRecord(record, line, this.#chunks);
    this.#records.push(held);
    this.#bytes += held.weight;
    // A tenth of slack, so that the array moves up seldom.
    const { mostRecords, mostBytes } = this.#limits;
    if (this.#records.length > mostRecords * 1.1 || this.#bytes > mostBytes) this.#trim(mostRecords);
    return held;
  }

  /**
   * Puts older records before those that came in meanwhile. `history` comes newest first; of this `run` it is left out,
   * for all of that is added, and a line may be written before its answer is. Resolves with the error that ended it
   * early; what was read before stays.
   */
  async loadOlder(history: AsyncIterable<ScanEntry>, run: string, turns: Turns): Promise<unknown> {
    const { mostRecords, mostBytes } = this.#limits;
    const older: HeldRecord[] = [];
    let bytes = 0;
    let failure: unknown;
    try {
      const pause = await turns.begin();
      for await (const entry of history) {
        await pause();
        if (entry.kind !== 'record' || entry.record.run === run) continue;
        const held = new HeldRecord(entry.record, encodeLine(entry.record), this.#chunks);
        if (older.length === mostRecords || bytes + held.weight > mostBytes) {
          this.#dropped = true;
          break;
        }
        older.push(held);
        bytes += held.weight;
      }
    } catch (error) {
      failure = error;
    }
    this.#records = [...older.toReversed(), ...this.#records];
    this.#bytes += bytes;
    this.#trim(mostRecords);
    return failure;
  }

  /** The place of a record; undefined when it is not here. */
  placeOf(id: string): number | undefined {
    const index = this.#indexOf(id);
    return index < 0 ? undefined : this.#first + index;
  }

  find(id: string): JournalRecord | undefined {
    return this.#records[this.#indexOf(id)]?.record;
  }

  /** What was added after the record, oldest first; undefined when it is not here. Null stands for the beginning. */
  after(id: string | null): readonly HeldRecord[] | undefined {
    if (id === null) return this.dropped ? undefined : this.#records;
    const index = this.#indexOf(id);
    return index < 0 ? undefined : this.#records.slice(index + 1);
  }

  /** From the newest on, which are asked for most. */
  #indexOf(id: string): number {
    return this.#records.findLastIndex((held) => held.id === id);
  }

  #trim(mostRecords: number): void {
    let drop = Math.max(0, this.#records.length - mostRecords);
    for (const { weight } of this.#records.slice(0, drop)) this.#bytes -= weight;
    while (this.#bytes > this.#limits.mostBytes && drop < this.#records.length - 1) {
      this.#bytes -= this.#records[drop]?.weight ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    this.#dropped = true;
    this.#records.splice(0, drop);
    this.#first += drop;
  }
}
