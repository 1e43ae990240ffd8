import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A file of records in a folder of its own; resolves with its path. */
export async function journalFile(records: readonly JournalRecord[]): Promise<string> {
  const path = join(await temporaryFolder(), 'records.jsonl');
  await writeFile(path, records.map(encodeLine).join(''));
  return path;
}
