import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isCutUtf8 } from '../../src/protocol/windows1251.ts';

/** The decoder of the platform in place of our own eyes; it keeps a letter that is not finished for the next call. */
function isCutByDecoder(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    const whole = new TextEncoder().encode(text);
    return whole.length < bytes.length && whole.length > text.length;
  } catch {
    return false;
  }
}

const letters = fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text.toWellFormed()));
const edges = fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xd0, 0xdf);
const highEdges = fc.constantFrom(0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff);
const tail = fc.array(fc.oneof(edges, highEdges), { maxLength: 4 }).map((bytes) => Buffer.from(bytes));
const cutText = fc
  .tuple(letters, fc.nat())
  .map(([bytes, at]) => bytes.subarray(0, bytes.length === 0 ? 0 : at % bytes.length));

it('knows text in UTF-8 that was cut within a letter, as the decoder of the platform does', () => {
  let cut = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        cutText,
        fc.tuple(letters, tail).map((parts) => Buffer.concat(parts)),
        tail,
      ),
      (bytes) => {
        const expected = isCutByDecoder(bytes);
        if (expected) cut += 1;
        expect(isCutUtf8(bytes)).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
  expect(cut).toBeGreaterThan(50);
});
