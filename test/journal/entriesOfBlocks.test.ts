import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOfBlocks } from '../../src/journal/entriesOfBlocks.ts';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type LineBlock } from '../../src/journal/lineBlocks.ts';
import { LineSearch } from '../../src/journal/lineSearch.ts';
import { Reorder } from '../../src/journal/reorder.ts';
import { sampleRecord } from '../helpers/samples.ts';

async function* blocksOfLines(blocks: ReadonlyArray<readonly string[]>): AsyncGenerator<LineBlock> {
  for (const lines of blocks) {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    yield { bytes, length: bytes.length, whole: true };
  }
}

/** Entries as they come together, of blocks that are given in the order of the reading. */
async function batchesOf(blocks: ReadonlyArray<readonly string[]>, fromEnd = false): Promise<ScanEntry[][]> {
  const batches: ScanEntry[][] = [];
  for await (const batch of entriesOfBlocks(blocksOfLines(blocks), { file: 'x', fromEnd })) {
    if (batch.length > 0) batches.push([...batch]);
  }
  return batches;
}

const lengths = (batches: readonly ScanEntry[][]): number[] => batches.map(({ length }) => length);
const kibibytes = (count: number): string => 'x'.repeat(count * 1024);

describe('the entries of blocks', () => {
  it.each([false, true])(
    'come together in so many, or so many bytes, that nobody waits long (from the end: %j)',
    async (fromEnd) => {
      const short = Array.from({ length: 600 }, () => 'x');
      expect(lengths(await batchesOf([short], fromEnd))).toEqual([256, 256, 88]);
      const long = Array.from({ length: 10 }, () => kibibytes(100));
      expect(lengths(await batchesOf([long], fromEnd))).toEqual([3, 3, 3, 1]);
      const full = Array.from({ length: 9 }, () => kibibytes(64));
      expect(lengths(await batchesOf([full], fromEnd))).toEqual([4, 4, 1]);
      expect(lengths(await batchesOf([[kibibytes(3000), 'x']], fromEnd))).toEqual(fromEnd ? [2] : [1, 1]);
    },
  );

  it.each([false, true])(
    'do not wait for the next block where many lines are passed over (from the end: %j)',
    async (fromEnd) => {
      const lines = [
        encodeLine(sampleRecord({ seq: 7, action: 'rare' })).trimEnd(),
        ...Array.from({ length: 3000 }, () => 'x'),
      ];
      let asked = 0;
      async function* blocks(): AsyncGenerator<LineBlock> {
        for await (const block of blocksOfLines([fromEnd ? lines.toReversed() : lines, lines])) {
          asked += 1;
          yield block;
        }
      }
      const search = LineSearch.for({ action: 'rare', where: [] });
      // What is looked at whatever it holds.
      search?.places(Buffer.from('\n'.repeat(500)));
      const options = { file: 'x', fromEnd, search, reorder: new Reorder(fromEnd) };
      for await (const [entry] of entriesOfBlocks(blocks(), options)) {
        if (!entry) continue;
        expect({ kind: entry.kind, asked }).toEqual({ kind: 'record', asked: 1 });
        break;
      }
      expect(asked).toBe(1);
    },
  );

  it('are all of the lines in their order, each with its number, wherever blocks and batches end', async () => {
    const line = fc
      .tuple(fc.nat(9), fc.constantFrom(0, 0, 0, 1, 63, 64, 255, 256, 257))
      .map(([digit, size]) => `${digit}${kibibytes(size)}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 300 }), { maxLength: 4 }),
        fc.boolean(),
        async (blocks, fromEnd) => {
          const given = fromEnd ? blocks.toReversed() : blocks;
          const entries = (await batchesOf(given, fromEnd)).flat();
          const lines = fromEnd ? blocks.flat().toReversed() : blocks.flat();
          expect(entries.length).toBe(lines.length);
          expect(entries.every(({ text }, index) => text === lines[index])).toBe(true);
          expect(entries.every(({ line: number }, index) => number === (fromEnd ? -1 - index : index + 1))).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });
});
