import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch } from '../../src/journal/batch.ts';

const day = '2026-11-22';

/** Lines in several alphabets, up to some that make a batch grow more than once. */
const line = fc
  .tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(0, 1, 100, 30_000, 70_000, 1_100_000))
  .map(([text, size]) => `${JSON.stringify(text + 'я'.repeat(size))}\n`);

const add = (batch: Batch, text: string): void => batch.add(text, Buffer.byteLength(text));

describe('a batch', () => {
  it('gives its lines byte for byte, whatever batches had its buffer before', () => {
    let [kept, left] = [0, 0];
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 6 }), (batches) => {
        let spare: Buffer | undefined;
        for (const lines of batches) {
          const batch = new Batch(day, spare);
          expect(batch.length).toBe(0);
          for (const text of lines) add(batch, text);
          const all = Buffer.from(lines.join(''));
          expect(batch.length).toBe(all.length);
          expect(batch.bytes.equals(all)).toBe(true);
          ({ spare } = batch);
          if (spare) kept += 1;
          else left += 1;
        }
      }),
      { numRuns: 30 },
    );
    expect(Math.min(kept, left)).toBeGreaterThan(5);
  });

  it('leaves its buffer to the next one, but for one that a burst made large', () => {
    const small = new Batch(day, undefined);
    add(small, 'x'.repeat(100_000));
    const { spare } = small;
    const next = new Batch(day, spare);
    add(next, 'y');
    expect(next.bytes.buffer).toBe(spare?.buffer);
    const large = new Batch(day, undefined);
    add(large, 'x'.repeat(4 * 1024 * 1024));
    expect(large.spare).toBeUndefined();
  });
});
