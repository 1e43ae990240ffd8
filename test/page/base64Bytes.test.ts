import fc from 'fast-check';
import { expect, it } from 'vitest';
import { base64Bytes } from '../../src/page/base64Bytes.ts';

it('counts the bytes behind base64', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(base64Bytes(Buffer.from(bytes).toString('base64'))).toBe(bytes.length);
    }),
  );
});
