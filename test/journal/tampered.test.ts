import { appendFile, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const day = '2026-11-22';

describe('a file that somebody else changes while it is open', () => {
  it.each([
    ['cut in the middle of a line', (file: string) => truncate(file, 700)],
    ['given half a line', (file: string) => appendFile(file, '{"half')],
    ['filled up with NULs', (file: string) => truncate(file, 5000)],
  ])('%s spoils no record that is appended afterwards', async (_name, change) => {
    const folder = await temporaryFolder();
    const journal = await FolderJournal.open(folder, day);
    for (const seq of [1, 2]) await journal.append(sampleRecord({ seq }));
    const [name = ''] = await readdir(folder);
    await change(join(folder, name));
    for (const seq of [3, 4]) await journal.append(sampleRecord({ seq }));
    const seqs: number[] = [];
    for await (const entry of journal.scan()) seqs.push(entry.kind === 'record' ? entry.record.seq : -1);
    await journal.close();
    expect(seqs).toEqual(expect.arrayContaining([1, 3, 4]));
    expect(seqs).not.toContain(-1);
  });
});
