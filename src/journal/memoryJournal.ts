import { type Journal, JournalError, type ScanEntry } from './journal.ts';
import { decodeLine, encodeLine } from './line.ts';
import { type JournalRecord } from './record.ts';

/** A journal that lives as long as its process; it keeps lines, so that what is read back was encoded as on disk. */
export class MemoryJournal implements Journal {
  readonly #lines: string[] = [];
  #closed = false;

  append(record: JournalRecord, line = encodeLine(record)): Promise<void> {
    if (this.#closed) return Promise.reject(new JournalError('the journal is closed'));
    this.#lines.push(line.trimEnd());
    return Promise.resolve();
  }

  async *scan(): AsyncGenerator<ScanEntry> {
    for (const [index, line] of this.#lines.entries()) {
      yield { ...(await decodeLine(line)), file: 'memory', line: index + 1 };
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}
