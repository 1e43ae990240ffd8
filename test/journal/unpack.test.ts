import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpack } from '../../src/journal/unpack.ts';

/** What bytes that come in pieces of this size become, and the code of the error at the end. */
async function unpacked(bytes: Buffer, size = 64 * 1024): Promise<{ text: string; code: unknown }> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
  let text = '';
  try {
    for await (const piece of unpack(Readable.from(pieces), true)) text += piece.toString('latin1');
    return { text, code: undefined };
  } catch (error) {
    return { text, code: (error as NodeJS.ErrnoException).code };
  }
}

const small = 'a small file\n'.repeat(20);
/** Some of it shrinks, so that there is much more of it than of the packed bytes. */
const large = Array.from({ length: 60 }, () => randomBytes(900).toString('base64') + 'a'.repeat(9000)).join('\n');

describe('gzip', () => {
  it('is unpacked whole, in pieces of any size, of any number of members, with padding', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('', 'a', small, large), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.nat(3),
        async (members, size, padding) => {
          const packed = Buffer.concat([...members.map((member) => gzipSync(member)), Buffer.alloc(padding)]);
          expect(await unpacked(packed, Math.max(size, packed.length / 500))).toEqual({
            text: members.join(''),
            code: undefined,
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([small, large])('that is broken gives all that stands before the break', async (text) => {
    const packed = gzipSync(text);
    const wrong = { text, code: 'Z_DATA_ERROR' };
    expect(await unpacked(Buffer.concat([packed, Buffer.from('junk')]))).toEqual(wrong);
    expect(await unpacked(Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 1)]))).toEqual(wrong);
    expect(await unpacked(packed.subarray(0, -1))).toEqual({ text, code: 'Z_BUF_ERROR' });
    const half = await unpacked(packed.subarray(0, packed.length / 2));
    expect(half.code).toBe('Z_BUF_ERROR');
    expect(text.startsWith(half.text)).toBe(true);
    expect(half.text.length).toBeGreaterThan(text === small ? 0 : text.length / 2 - 30_000);
  });

  it('gives the members before one that is damaged', async () => {
    const damaged = gzipSync(large);
    damaged.fill(0xff, 30, 60);
    const { text, code } = await unpacked(Buffer.concat([gzipSync(small), damaged]));
    expect(code).toBe('Z_DATA_ERROR');
    expect(text.slice(0, small.length)).toBe(small);
  });

  it('passes on the error of what it reads', async () => {
    const broken = Readable.from(
      (function* () {
        yield gzipSync(large).subarray(0, 1000);
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      })(),
    );
    const reading = (async () => {
      for await (const piece of unpack(broken, true)) expect(piece.length).toBeGreaterThan(0);
    })();
    await expect(reading).rejects.toThrow('EIO');
  });
});
