import { type ScanEntry } from '../journal/journal.ts';
import { hanging } from './layout.ts';
import { printable } from './printable.ts';

function placeOf({ file, line }: ScanEntry): string {
  if (line === 0) return file;
  return line > 0 ? `${file}:${line}` : `${file}, line ${-line} from the end`;
}

/** Counts the lines that cannot be read, and keeps the first for a note. */
export class UnreadableLines {
  #count = 0;
  #first = '';

  add(entry: ScanEntry & { readonly kind: 'unreadable' }): void {
    this.#count += 1;
    this.#first ||= `${placeOf(entry)}: ${entry.reason}`;
  }

  get count(): number {
    return this.#count;
  }

  /** A note for the operator; empty when there is nothing to say. */
  get note(): string {
    if (this.#count === 0) return '';
    const words =
      this.#count === 1
        ? '1 line cannot be read and does not count'
        : `${this.#count} lines cannot be read and do not count`;
    return `${hanging('', `note: ${words}: ${printable(this.#first)}${this.#count > 1 ? ', …' : ''}`, 80)}\n`;
  }
}
