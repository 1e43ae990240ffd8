import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastRecords, LogFindings } from '../../src/cli/readLog.ts';
import { recordedRequest } from '../../src/client/recordedRequest.ts';
import { missOf, type RecordFilter } from '../../src/journal/filter.ts';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { LineSearch } from '../../src/journal/lineSearch.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type RecordInput } from '../../src/journal/recordInput.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { damagedFile, type PlainLine, plainLines, words } from '../helpers/damagedJournal.ts';
import { fuzzRuns, fuzzTime } from '../helpers/fuzz.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const day = '2026-11-22';

async function all(entries: AsyncIterable<ScanEntry>): Promise<ScanEntry[]> {
  const found: ScanEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

const streamOf = (file: Buffer, size: number): RecordInput => ({
  kind: 'stream',
  name: '-',
  stream: Readable.from(
    Array.from({ length: Math.ceil(file.length / size) }, (_, index) =>
      file.subarray(index * size, (index + 1) * size),
    ),
  ),
});

/** Whether each line came in its place, as its record or as one that cannot be read. */
function areThese(
  entries: readonly ScanEntry[],
  lines: readonly PlainLine[],
  lineOf: (index: number) => number,
): boolean {
  const place = ({ line }: ScanEntry): number => lines.findIndex((_, index) => lineOf(index) === line);
  const inOrder = entries.toSorted((a, b) => place(a) - place(b));
  return (
    inOrder.length === lines.length &&
    inOrder.every((entry, index) => {
      const { record, whole } = lines[index]!;
      if (entry.line !== lineOf(index)) return false;
      if (entry.kind === 'record') return isDeepStrictEqual(entry.record, record);
      return record === undefined && (entry.reason === 'the line has no end') === !whole;
    })
  );
}

/** One file after the other in the place of the first, plain and packed. */
async function fileForEach(): Promise<(file: Buffer) => Promise<{ plain: RecordInput; packed: RecordInput }>> {
  const path = join(await temporaryFolder(), 'any.jsonl');
  return async (file) => {
    await writeFile(path, file);
    await writeFile(`${path}.gz`, gzipSync(file, { level: 1 }));
    return { plain: { kind: 'path', path }, packed: { kind: 'path', path: `${path}.gz` } };
  };
}

const word = fc.constantFrom(...words);
const filter: fc.Arbitrary<RecordFilter> = fc.oneof(
  fc.constantFrom('lead', 'message').map((action) => ({ action, where: [] })),
  word.map((contains) => ({ contains, where: [] })),
  fc
    .tuple(
      fc.constantFrom('phone', 'phone', 'name', 'text'),
      fc.constantFrom('=' as const, '=' as const, '~' as const),
      word,
    )
    .map(([name, op, value]) => ({
      where: [{ name, op, value }],
    })),
);

/** A search that has looked at all the lines that it looks at whatever they hold. */
function eagerSearch(wanted: RecordFilter): LineSearch | undefined {
  const search = LineSearch.for(wanted);
  search?.places(Buffer.from('\n'.repeat(500)));
  return search;
}

describe('a damaged journal', () => {
  it(
    'gives every whole record exactly, and says of every other line where it stands, however it is read',
    async () => {
      const written = await fileForEach();
      let records = 0;
      let others = 0;
      await fc.assert(
        fc.asyncProperty(damagedFile, fc.constantFrom(1, 7, 100, 65_536), async (file, size) => {
          const lines = plainLines(file);
          const forwards = (index: number): number => index + 1;
          const backwards = (index: number): number => index - lines.length;
          const { plain, packed } = await written(file);
          const pieces = file.length > 20_000 ? 65_536 : size;
          for (const input of [plain, packed, streamOf(file, pieces)]) {
            expect(areThese(await all(readRecords([input])), lines, forwards)).toBe(true);
          }
          for (const input of [plain, packed]) {
            expect(areThese(await all(readRecords([input], { newestFirst: true })), lines, backwards)).toBe(true);
          }
          records += lines.filter(({ record }) => record).length;
          others += lines.filter(({ record }) => !record).length;
        }),
        fuzzRuns(80),
      );
      // Both kinds were there.
      expect(Math.min(records, others)).toBeGreaterThan(50);
    },
    fuzzTime(60_000),
  );

  it(
    'is searched fast with the same result as slowly, from either end',
    async () => {
      const written = await fileForEach();
      let found = 0;
      await fc.assert(
        fc.asyncProperty(damagedFile, filter, fc.integer({ min: 1, max: 4 }), async (file, wanted, last) => {
          const runs = plainLines(file).flatMap(({ record }) =>
            record && !missOf(record, wanted) ? [record.run] : [],
          );
          const { plain, packed } = await written(file);
          const runsOf = (entries: readonly ScanEntry[]): string[] =>
            entries.flatMap((entry) =>
              entry.kind === 'record' && !missOf(entry.record, wanted) ? [entry.record.run] : [],
            );
          for (const input of [plain, packed]) {
            for (const newestFirst of [false, true]) {
              const expected = newestFirst ? runs.toReversed() : runs;
              for (const search of [undefined, LineSearch.for(wanted), eagerSearch(wanted)]) {
                expect(runsOf(await all(readRecords([input], { search, newestFirst })))).toEqual(expected);
              }
            }
            // As `log` asks.
            const findings = new LogFindings();
            const query = { filter: wanted, last, signal: new AbortController().signal };
            const shown: string[] = [];
            for await (const some of lastRecords([input], query, findings))
              shown.push(...some.map(({ record }) => record.run));
            expect(shown).toEqual(runs.slice(-last));
          }
          found += runs.length;
        }),
        fuzzRuns(50),
      );
      expect(found).toBeGreaterThan(2);
    },
    fuzzTime(60_000),
  );

  it(
    'keeps every whole line where serve starts on it, and what is set aside is all that stood behind the last one',
    async () => {
      await fc.assert(
        fc.asyncProperty(damagedFile, async (file) => {
          const path = join(await temporaryFolder(), `${day}.jsonl`);
          await writeFile(path, file);
          const journal = await FolderJournal.open(join(path, '..'), day);
          const added = sampleRecord({ run: 'new' });
          await journal.append(added);
          const scanned = await all(journal.scan());
          await journal.close();
          const torn = await readFile(`${path}.torn`).catch(() => Buffer.alloc(0));
          const kept = file.length - torn.length;
          expect(Buffer.concat([(await readFile(path)).subarray(0, kept), torn]).equals(file)).toBe(true);
          const whole = plainLines(file).filter(({ record, whole: hasEnd }) => record && hasEnd);
          const read = scanned.flatMap((entry) => (entry.kind === 'record' ? [entry.record] : []));
          expect(isDeepStrictEqual(read, [...whole.map(({ record }) => record), added])).toBe(true);
          const tornLines = plainLines(torn).filter(({ record, whole: hasEnd }) => record && hasEnd);
          expect(tornLines).toEqual([]);
        }),
        fuzzRuns(60),
      );
    },
    fuzzTime(60_000),
  );

  it(
    'gives replay records that it takes as a request, or says why not',
    () => {
      fc.assert(
        fc.property(damagedFile, (file) => {
          const records = plainLines(file).flatMap(({ record }): JournalRecord[] => (record ? [record] : []));
          for (const record of records) {
            expect(['request', 'unsendable']).toContain(
              recordedRequest(record, { token: 'x', set: [['a', 'b']] }).kind,
            );
          }
        }),
        fuzzRuns(300),
      );
    },
    fuzzTime(30_000),
  );
});
