import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/journal/readRecords.ts';
import { journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const since = new Date('2026-11-22T00:00:00Z');

/** Numbers of the records. */
async function read(paths: readonly string[], newestFirst: boolean): Promise<number[]> {
  const all: number[] = [];
  const inputs = paths.map((path) => ({ kind: 'path', path }) as const);
  for await (const entry of readRecords(inputs, { since, newestFirst })) {
    if (entry.kind === 'record') all.push(entry.record.seq);
  }
  return all;
}

describe('records since a moment', () => {
  it('are not looked for in the files of days before it, packed or not', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '2026-11-20.jsonl'), journalLines({ seq: 1 }));
    await writeFile(join(folder, '2026-11-21.jsonl.gz'), gzipSync(journalLines({ seq: 2 })));
    await writeFile(join(folder, '2026-11-22.jsonl'), journalLines({ seq: 3 }));
    expect(await read([folder], false)).toEqual([3]);
    expect(await read([folder], true)).toEqual([3]);
  });

  it.each([
    ['2026-11-20.jsonl', (text: string) => text],
    ['2026-11-20.jsonl.gz', gzipSync],
  ])('are looked for in a file that was named, whatever day its name says: %s', async (name, pack) => {
    const folder = await temporaryFolder();
    const [named, other] = [join(folder, name), join(folder, 'other')];
    await writeFile(named, pack(journalLines({ seq: 2, receivedAt: '2026-11-22T10:00:00.000Z' })));
    await writeFile(other, journalLines({ seq: 1, receivedAt: '2026-11-21T10:00:00.000Z' }));
    expect(await read([named, other], false)).toEqual([1, 2]);
    expect(await read([named, other], true)).toEqual([2, 1]);
  });
});
