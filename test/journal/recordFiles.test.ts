import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../src/journal/readRecords.ts';
import { journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('a day that is there plain and packed', () => {
  const [one, two] = [journalLines({ seq: 1 }), journalLines({ seq: 2 })];

  it.each([
    ['both, when serve went on after it was packed', gzipSync(one), two, [1, 2]],
    ['both, when the plain one is still empty', gzipSync(one), '', [1]],
    ['the plain one, when it is being packed', gzipSync(one), one + two, [1, 2]],
    ['the plain one, when packing has only begun', Buffer.alloc(0), one, [1]],
  ])('is read as %s', async (_what, packed, plain, expected) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '2026-11-22.jsonl.gz'), packed);
    await writeFile(join(folder, '2026-11-22.jsonl'), plain);
    for (const newestFirst of [false, true]) {
      const seqs: number[] = [];
      for await (const entry of readRecords([{ kind: 'path', path: folder }], { newestFirst })) {
        if (entry.kind === 'record') seqs.push(entry.record.seq);
      }
      expect(newestFirst ? seqs.toReversed() : seqs).toEqual(expected);
    }
  });
});
