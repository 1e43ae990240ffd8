import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type ReadOptions, readRecords } from '../../src/journal/readRecords.ts';
import { mostPassed, Reorder, windowEntries } from '../../src/journal/reorder.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from './contract.ts';

const entryOf = (fields: Partial<JournalRecord>): ScanEntry => ({
  kind: 'record',
  record: sampleRecord(fields),
  file: '',
  line: 0,
});
const unreadable: ScanEntry = { kind: 'unreadable', reason: 'not JSON', file: '', line: 0 };

/** Run and number of records; the reason of a line that cannot be read. */
const short = (entry: ScanEntry): string =>
  entry.kind === 'record' ? `${entry.record.run}${entry.record.seq}` : entry.reason;

function reordered(entries: readonly ScanEntry[], newestFirst = false, bytes = 1): string[] {
  const reorder = new Reorder(newestFirst);
  return [...entries.flatMap((entry) => [...reorder.push(entry, bytes)]), ...reorder.rest()].map(short);
}

/** `a1 b2 x` as entries: a letter for the run, the number, x for a line that cannot be read. */
const parse = (text: string): ScanEntry[] =>
  text
    .split(' ')
    .map((word) => (word === 'x' ? unreadable : entryOf({ run: word.slice(0, 1), seq: Number(word.slice(1)) })));

describe('the order of records in a file', () => {
  it('is that of their numbers, shuffled within the window, with gaps; nothing is lost or there twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), delay: fc.nat(windowEntries - 1) }), {
          maxLength: 2500,
        }),
        fc.boolean(),
        (steps, newestFirst) => {
          let seq = 4000;
          const ordered = steps.map(({ gap }) => (seq += newestFirst ? -gap : gap));
          const shuffled = ordered
            .map((number, index) => ({ number, place: index + (steps[index]?.delay ?? 0) }))
            .toSorted((a, b) => a.place - b.place)
            .map(({ number }) => entryOf({ run: 'a', seq: number }));
          expect(reordered(shuffled, newestFirst)).toEqual(ordered.map((number) => `a${number}`));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is so among lines that are passed over, too', () => {
    const late = fc.integer({ min: windowEntries - 100, max: windowEntries - 1 });
    const step = fc.oneof(
      { weight: 90, arbitrary: fc.constant({ delay: 0, isWanted: false }) },
      { weight: 10, arbitrary: fc.constant({ delay: 0, isWanted: true }) },
      { weight: 1, arbitrary: fc.record({ delay: late, isWanted: fc.constant(true) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1500, maxLength: 4000 }), fc.boolean(), (steps, newestFirst) => {
        const lines = steps
          .map(({ delay, isWanted }, index) => ({
            seq: newestFirst ? 5000 - index : index + 2,
            isWanted,
            delay,
            index,
          }))
          .toSorted((a, b) => a.index + a.delay - (b.index + b.delay));
        const reorder = new Reorder(newestFirst);
        const given = lines.flatMap(({ seq, isWanted }) =>
          isWanted ? reorder.push(entryOf({ run: 'a', seq }), 1) : reorder.pass(1),
        );
        const wanted = lines.filter(({ isWanted }) => isWanted).toSorted((a, b) => a.index - b.index);
        expect([...given, ...reorder.rest()].map(short)).toEqual(wanted.map(({ seq }) => `a${seq}`));
      }),
      { numRuns: 30 },
    );
  });

  it('holds back no record for longer than so many lines are passed over', () => {
    const reorder = new Reorder(false);
    expect(reorder.push(entryOf({ run: 'a', seq: 7 }), 1)).toEqual([]);
    expect(reorder.pass(mostPassed - 1)).toEqual([]);
    expect(reorder.pass(1).map(short)).toEqual(['a7']);
    expect(reorder.isHolding).toBe(false);
    let held = 0;
    for (let seq = 9; seq < 5000; seq += 2) {
      held += 1 - reorder.push(entryOf({ run: 'a', seq }), 1).length;
      held -= reorder.pass(10).length;
      expect(held * 10).toBeLessThanOrEqual(mostPassed);
    }
    expect(reorder.rest().length).toBe(held);
  });

  it.each([
    ['a2 a1 a3', 'a1 a2 a3', 'a3 a2 a1'],
    ['a2 a1 x a4 a3', 'a1 a2 not-JSON a3 a4', 'a2 a1 not-JSON a4 a3'],
    ['a3 b1 a2 a1 b2', 'a3 b1 a1 a2 b2', 'a3 b1 a2 a1 b2'],
    ['a2 a2 a1 a1', 'a1 a1 a2 a2', 'a2 a2 a1 a1'],
  ])('does not change over another run or a line that cannot be read: %s', (text, oldestFirst, newestFirst) => {
    const words = (expected: string): string[] =>
      expected
        .replaceAll('not-JSON', 'not_JSON')
        .split(' ')
        .map((word) => word.replace('_', ' '));
    expect(reordered(parse(text))).toEqual(words(oldestFirst));
    expect(reordered(parse(text), true)).toEqual(words(newestFirst));
  });

  it('holds back no more than a window of entries and of bytes, and nothing where no number is left out', () => {
    const heldOf = (entries: readonly ScanEntry[], bytes: number): number[] => {
      const reorder = new Reorder(false);
      let held = 0;
      return entries.map((entry) => (held += 1 - [...reorder.push(entry, bytes)].length));
    };
    const evens = upTo(5000).map((number) => entryOf({ run: 'a', seq: 2 * number }));
    expect(Math.max(...heldOf(evens, 1))).toBe(windowEntries);
    expect(Math.max(...heldOf(evens, 8 * 1024 * 1024))).toBe(2);
    const all = upTo(5000).map((seq) => entryOf({ run: 'a', seq }));
    expect(Math.max(...heldOf(all, 1))).toBe(0);
    const fromTheMiddle = heldOf(all.slice(1), 1);
    expect(Math.max(...fromTheMiddle.slice(windowEntries))).toBe(0);
  });

  it('is right in files of any kind, also where the late one came in before the day began', async () => {
    const folder = await temporaryFolder();
    const line = (seq: number, receivedAt: string): string => encodeLine(sampleRecord({ seq, receivedAt }));
    const late = line(2, '2026-11-21T23:59:59.000Z');
    await writeFile(join(folder, '2026-11-21.jsonl.gz'), gzipSync(line(1, '2026-11-21T10:00:00.000Z')));
    await writeFile(
      join(folder, '2026-11-22.jsonl'),
      line(4, '2026-11-22T00:00:02.000Z') + line(3, '2026-11-22T00:00:01.000Z') + late,
    );
    const read = async (options: ReadOptions): Promise<number[]> => {
      const seqs: number[] = [];
      for await (const entry of readRecords([{ kind: 'path', path: folder }], options)) {
        if (entry.kind === 'record') seqs.push(entry.record.seq);
      }
      return seqs;
    };
    expect(await read({})).toEqual([1, 2, 3, 4]);
    expect(await read({ newestFirst: true })).toEqual([4, 3, 2, 1]);
    const since = new Date('2026-11-21T23:59:58Z');
    expect((await read({ since })).toReversed()).toEqual(await read({ newestFirst: true, since }));
  });
});
