import { type JournalRecord } from '../journal/record.ts';
import { defaultColumns, hasColumn, recordColumns } from './recordColumns.ts';

/** Records whose names of parameters are remembered, and how many names: hostile files have as many as they like. */
const mostRecords = 1000;
const mostNames = 200;
const longestName = 100;

/** Finds the chosen columns that no record has, which may be misspelt. */
export class AbsentColumns {
  readonly #absent: Set<string>;
  readonly #parameters = new Set<string>();
  #looks = 0;

  constructor(chosen: readonly string[]) {
    this.#absent = new Set(chosen.filter((name) => !Object.hasOwn(recordColumns, name)));
  }

  add(record: JournalRecord): void {
    if (this.#absent.size === 0) return;
    for (const name of this.#absent) if (hasColumn(record, name)) this.#absent.delete(name);
    this.#looks += 1;
    if (this.#looks > mostRecords) return;
    for (const name in record.parameters) {
      if (this.#parameters.size < mostNames && name.length <= longestName) this.#parameters.add(name);
    }
  }

  get names(): readonly string[] {
    return [...this.#absent];
  }

  /** Names that could have been meant instead; of two that are as near, the parameter. */
  get known(): readonly string[] {
    const all = new Set([...this.#parameters, ...Object.keys(recordColumns), ...defaultColumns]);
    return [...all].filter((name) => !this.#absent.has(name));
  }
}
