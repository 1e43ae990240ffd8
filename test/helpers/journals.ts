import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { sampleRecord } from './samples.ts';

/** Lines of a journal, one for each record; numbered from 1 unless the fields say otherwise. */
export function journalLines(...all: ReadonlyArray<Partial<JournalRecord>>): string {
  return all.map((fields, index) => encodeLine(sampleRecord({ seq: index + 1, ...fields }))).join('');
}

/** Writes text to the end of a day file of a journal folder, which is made where it is missing. */
export async function appendToDay(folder: string, day: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, `${day}.jsonl`), text);
}
