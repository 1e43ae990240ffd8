import { appendFile, mkdir, open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { missOf } from '../../src/journal/filter.ts';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { FollowedFile } from '../../src/journal/followedFile.ts';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine, longestLine } from '../../src/journal/line.ts';
import { LineSearch } from '../../src/journal/lineSearch.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, upTo } from './contract.ts';

const clock = new FakeClock();
const line = (seq: number): string => encodeLine(clock.record(seq, { parameters: { name: `Иван ${seq}` } }));
const nulls = (bytes: number): string => '\0'.repeat(bytes);

/** What was read: the number of a record, or why there is none; and its line. */
type Read = readonly [number | string, number];

const hole = 'NULs before the record, as a power cut leaves them';

async function readAll(entries: AsyncIterable<ScanEntry>): Promise<Read[]> {
  const read: Read[] = [];
  for await (const entry of entries) {
    read.push([entry.kind === 'record' ? entry.record.seq : entry.reason, entry.line]);
    // What is printed of a record as it stands.
    const { text } = entry;
    if (entry.kind === 'record' && text !== undefined && !isDeepStrictEqual(JSON.parse(text), entry.record))
      throw new Error(`another text: ${text}`);
  }
  return read;
}

/** A file of a journal with these lines. */
async function fileOf(...lines: readonly string[]): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = await temporaryFolder();
  const path = join(folder, `${clock.day}.jsonl`);
  await writeFile(path, lines.join(''));
  return { folder, path };
}

/** All ways to read a file; those that begin at the end are turned round, and lines counted from the beginning. */
async function readEachWay(path: string, lines: number): Promise<Record<string, Read[]>> {
  const packed = `${path}.copy.gz`;
  await writeFile(packed, gzipSync(await readFile(path)));
  const fromEnd = async (file: string): Promise<Read[]> => {
    const read = await readAll(readRecords([{ kind: 'path', path: file }], { newestFirst: true }));
    return read.toReversed().map(([what, number]) => [what, lines + 1 + number]);
  };
  const followed = new FollowedFile(path);
  onTestFinished(() => followed.close());
  return {
    forwards: await readAll(readRecords([{ kind: 'path', path }])),
    'from the end': await fromEnd(path),
    'packed, forwards': await readAll(readRecords([{ kind: 'path', path: packed }])),
    'packed, from the end': await fromEnd(packed),
    followed: await readAll(followed.newLines()),
  };
}

describe('a hole of NULs before a whole line', () => {
  it.each([
    ['of one byte', nulls(1)],
    ['of a page', nulls(4096)],
    ['behind the beginning of another record', `${line(9).slice(0, 70)}${nulls(4096)}`],
    ['with a piece of another record in it', `${nulls(500)}${line(9).slice(20, 90)}${nulls(500)}`],
    ['longer than what is read in one go', nulls(5 * 1024 * 1024)],
  ])('%s, is told once, and the line is read', async (_what, broken) => {
    const { folder, path } = await fileOf(line(1), broken, line(2), line(3));
    const expected = [
      [1, 1],
      [hole, 2],
      [2, 2],
      [3, 3],
    ];
    for (const [way, read] of Object.entries(await readEachWay(path, 3)))
      expect({ way, read }).toEqual({ way, read: expected });
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    expect(await readAll(journal.scan())).toEqual(expected);
  });

  const room = longestLine - encodeLine(clock.record(2, { remote: '' })).length;
  const longest = encodeLine(clock.record(2, { remote: 'x'.repeat(room) }));

  it.each([
    ['longer than any line', nulls(longestLine + 5_000_000), line(2)],
    ['behind garbage that is longer than any line', `${'x'.repeat(longestLine + 5_000_000)}${nulls(100)}`, line(2)],
    ['before a line as long as one may be', nulls(5_000_000), longest],
  ])('%s, is told once, and the line is read', async (_what, broken, second) => {
    expect(longest).toHaveLength(longestLine);
    const { folder, path } = await fileOf(line(1), broken, second, line(3));
    for (const newestFirst of [false, true]) {
      const read = await readAll(readRecords([{ kind: 'path', path }], { newestFirst }));
      expect(read.map(([what]) => what)).toEqual(newestFirst ? [3, 2, hole, 1] : [1, hole, 2, 3]);
    }
    await truncate(path, (await stat(path)).size - Buffer.byteLength(line(3)));
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    expect(journal.tornTails).toEqual([]);
  });

  it('before the last line, which has no end, is told, and the record is read', async () => {
    const { path } = await fileOf(line(1), nulls(100), line(2).trimEnd());
    for (const newestFirst of [false, true]) {
      const read = await readAll(readRecords([{ kind: 'path', path }], { newestFirst }));
      expect(read.map(([what]) => what)).toEqual(newestFirst ? [2, hole, 1] : [1, hole, 2]);
    }
  });

  it.each([
    ['no record', nulls(100), 'not JSON'],
    ['half a record', `${nulls(100)}${line(9).slice(0, 50)}`, 'not JSON'],
  ])('with %s behind it is one line that cannot be read', async (_what, broken, reason) => {
    const { path } = await fileOf(line(1), `${broken}\n`, line(2));
    for (const [way, read] of Object.entries(await readEachWay(path, 3))) {
      expect({ way, read }).toEqual({
        way,
        read: [
          [1, 1],
          [reason, 2],
          [2, 3],
        ],
      });
    }
  });

  it('is found by a search of bytes where all lines are read and where they are not, wherever it lies', async () => {
    const holes = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 1499 }), bytes: fc.integer({ min: 1, max: 9000 }) }),
      {
        maxLength: 12,
      },
    );
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'records.jsonl');
    await fc.assert(
      fc.asyncProperty(holes, fc.integer({ min: 1, max: 1500 }), fc.boolean(), async (all, wanted, newestFirst) => {
        const lines = upTo(1500).map(line);
        for (const { at, bytes } of all) lines[at] = nulls(bytes) + lines[at];
        lines[wanted - 1] = nulls(7) + line(wanted);
        await writeFile(path, lines.join(''));
        const filter = { where: [{ name: 'name', op: '=', value: `Иван ${wanted}` }] } as const;
        const search = LineSearch.for(filter);
        expect(search).toBeDefined();
        const found: Array<number | undefined> = [];
        for (const one of [undefined, search]) {
          for await (const entry of readRecords([{ kind: 'path', path }], { newestFirst, search: one })) {
            if (entry.kind === 'record' && missOf(entry.record, filter) === undefined) found.push(entry.record.seq);
          }
        }
        expect(search?.hasPassedOver).toBe(true);
        expect(found).toEqual([wanted, wanted]);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a start on a file with a hole', () => {
  it.each([
    ['a line behind it', nulls(3 * 4096)],
    ['a line behind it and half a record before it', `${line(8).slice(0, 60)}${nulls(4096)}`],
  ])('keeps %s', async (_what, broken) => {
    const { folder, path } = await fileOf(line(1), broken, line(2));
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    await journal.append(clock.record(3));
    expect(journal.tornTails).toEqual([]);
    expect((await readAll(journal.scan())).map(([what]) => what)).toEqual([1, hole, 2, 3]);
    expect(await readFile(path, 'utf8')).toBe(`${line(1)}${broken}${line(2)}${encodeLine(clock.record(3))}`);
  });

  it('sets aside what is behind the line, and nothing else', async () => {
    const { folder, path } = await fileOf(line(1), nulls(4096), line(2));
    await appendFile(path, nulls(5000));
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    expect(journal.tornTails).toEqual([{ file: path, bytes: 5000, setAsideTo: `${path}.torn` }]);
    expect((await readAll(journal.scan())).map(([what]) => what)).toEqual([1, hole, 2]);
  });

  it('keeps each line whose bytes are all there, whichever blocks were not written, and all readers find them', async () => {
    // Of such blocks each begins with a line, so that a whole one is behind a hole.
    const lineBytes = Buffer.byteLength(line(6));
    const blocks = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(blocks, fc.constantFrom(64, 600, lineBytes), async (lost, blockBytes) => {
        const lines = upTo(12).map((seq) => Buffer.from(line(seq)));
        const content = Buffer.concat(lines);
        // The first five were synced, the others are a batch that was on its way.
        const synced = Buffer.concat(lines.slice(0, 5)).length;
        for (const [at, count] of lost) {
          const start = synced + (at % Math.ceil((content.length - synced) / blockBytes)) * blockBytes;
          content.fill(0, start, Math.min(start + count * blockBytes, content.length));
        }
        let end = 0;
        const intact = lines.flatMap((bytes, index) => {
          end += bytes.length;
          return content.subarray(end - bytes.length, end).equals(bytes) ? [index + 1] : [];
        });
        const { folder, path } = await fileOf();
        await writeFile(path, content);
        const seqs = async (entries: AsyncIterable<ScanEntry>): Promise<unknown[]> =>
          (await readAll(entries)).map(([what]) => what).filter((what) => typeof what === 'number');
        const input = [{ kind: 'path', path }] as const;
        expect(await seqs(readRecords(input))).toEqual(intact);
        expect((await seqs(readRecords(input, { newestFirst: true }))).toReversed()).toEqual(intact);
        const journal = await FolderJournal.open(folder, clock.day);
        await journal.append(clock.record(99));
        expect(await seqs(journal.scan())).toEqual([...intact, 99]);
        await journal.close();
      }),
      { numRuns: 100 },
    );
  });

  it('does not take the end of a line that is longer than any for a record', async () => {
    const { folder, path } = await fileOf(line(1));
    const file = await open(path, 'a');
    const record = `{"v":"${'x'.repeat(longestLine - 8)}"}\n`;
    expect(record).toHaveLength(longestLine + 1);
    await file.writeFile(`garbage${record}`);
    await file.close();
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    expect(journal.tornTails).toMatchObject([{ bytes: record.length + 7 }]);
  });
});
