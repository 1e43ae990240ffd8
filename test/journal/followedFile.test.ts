import { appendFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppendFile } from '../../src/journal/appendFile.ts';
import { FollowedFile } from '../../src/journal/followedFile.ts';
import { encodeLine, longestLine } from '../../src/journal/line.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { anyRecord, upTo } from './contract.ts';

/** A file that does not exist yet, and what follows it. */
async function setUp() {
  const path = join(await temporaryFolder(), '2026-11-22.jsonl');
  const file = new FollowedFile(path);
  onTestFinished(() => file.close());
  return { path, file };
}

/** What is new: the numbers of the records; for a line that cannot be read, the reason. */
async function news(file: FollowedFile): Promise<Array<number | string>> {
  const all: Array<number | string> = [];
  for await (const entry of file.newLines()) all.push(entry.kind === 'record' ? entry.record.seq : entry.reason);
  return all;
}

/** Lines of a run, with the given numbers. */
const lines = (seqs: readonly number[], run = 'one'): string =>
  seqs.map((seq) => encodeLine(sampleRecord({ run, seq }))).join('');

describe('a followed file', () => {
  it('gives exactly its lines, in whatever pieces it grows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecord, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat({ max: 5000 }), { maxLength: 12 }),
        async (records, places) => {
          const { path, file } = await setUp();
          await writeFile(path, '');
          const bytes = Buffer.from(records.map(encodeLine).join(''));
          const cuts = [...places.map((place) => place % bytes.length), bytes.length].toSorted((a, b) => a - b);
          const read: string[] = [];
          let from = 0;
          for (const to of cuts) {
            await appendFile(path, bytes.subarray(from, to));
            from = to;
            for await (const entry of file.newLines()) {
              read.push(entry.kind === 'record' ? encodeLine(entry.record) : entry.reason);
              expect(entry).toMatchObject({ file: path, line: read.length });
            }
            const whole = bytes.subarray(0, to).toString('utf8').split('\n').length - 1;
            expect(read).toEqual(records.slice(0, whole).map(encodeLine));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads a line of 8 MiB that comes in two halves, and says of a longer one that it cannot be read', async () => {
    const { path, file } = await setUp();
    const empty = encodeLine(sampleRecord({ seq: 1, remote: '' }));
    const longest = encodeLine(sampleRecord({ seq: 1, remote: 'x'.repeat(longestLine - empty.length) }));
    await writeFile(path, longest.slice(0, 5_000_000));
    expect(await news(file)).toEqual([]);
    await appendFile(path, longest.slice(5_000_000) + longest.replace('xx', 'xxx') + lines([2]));
    expect(await news(file)).toEqual([1, `longer than ${longestLine} bytes`, 2]);
  });

  it('is read from its beginning after another took its place', async () => {
    const { path, file } = await setUp();
    await writeFile(path, lines([1, 2]));
    expect(await news(file)).toEqual([1, 2]);
    await writeFile(`${path}.new`, lines([1, 2, 3]));
    await rename(`${path}.new`, path);
    expect(await news(file)).toEqual([1, 2, 3]);
  });

  it('gives what was appended just before another took its place, or before it went', async () => {
    const { path, file } = await setUp();
    await writeFile(path, lines([1, 2]));
    await file.skip();
    await appendFile(path, lines([3]));
    await rename(path, `${path}.old`);
    await writeFile(path, lines([4]));
    expect(await news(file)).toEqual([3, 4]);
    await appendFile(path, lines([5]));
    await rename(path, `${path}.older`);
    const left: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const entry of file.newLines()) left.push(entry.kind === 'record' && entry.record.seq);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(left).toEqual([5]);
  });

  it.each([
    ['shorter', [1]],
    ['of the same length', [1, 2, 3]],
    ['longer', [1, 2, 3, 4]],
  ])('is read from its beginning after it was emptied and filled with what is %s', async (_name, seqs) => {
    const { path, file } = await setUp();
    await writeFile(path, lines([1, 2, 3]));
    expect(await news(file)).toEqual([1, 2, 3]);
    await writeFile(path, lines(seqs, 'two'));
    // A file system may give two changes at once the same time.
    await utimes(path, 1, 1);
    expect(await news(file)).toEqual(seqs);
    await appendFile(path, lines([9], 'two'));
    expect(await news(file)).toEqual([9]);
  });

  it.each([
    ['half a line', '{"v":1,"run', []],
    ['lines that are no records', 'garbage\n\0\0\0\n17\n', ['not JSON', 'not JSON', expect.stringContaining('record')]],
  ])('gives no line twice when the torn tail is mended: %s', async (_name, tail, unreadable) => {
    const { path, file } = await setUp();
    await writeFile(path, lines([1, 2]) + tail);
    expect(await news(file)).toEqual([1, 2, ...unreadable]);
    const opened = await AppendFile.open(path);
    await opened?.file.close();
    // Longer than what was cut off, and there before the next look.
    await appendFile(path, lines([3, 4]));
    expect(await news(file)).toEqual([3, 4]);
  });

  it('gives no line twice when a write that failed is cut off again', async () => {
    const { path, file } = await setUp();
    await writeFile(path, lines(upTo(9)));
    expect(await news(file)).toEqual(upTo(9));
    await truncate(path, lines(upTo(5)).length);
    expect(await news(file)).toEqual([]);
    await appendFile(path, lines([10, 11]));
    expect(await news(file)).toEqual([10, 11]);
  });

  it('gives what follows a line that was cut in its middle', async () => {
    const { path, file } = await setUp();
    await writeFile(path, lines(upTo(3)));
    expect(await news(file)).toEqual(upTo(3));
    await truncate(path, lines(upTo(3)).length - 10);
    await appendFile(path, `\n${lines([4, 5])}`);
    expect(await news(file)).toEqual(['not JSON', 4, 5]);
  });

  it('rejects with ENOENT when it is gone', async () => {
    const { path, file } = await setUp();
    await writeFile(path, lines([1]));
    expect(await news(file)).toEqual([1]);
    await rm(path);
    await expect(news(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
