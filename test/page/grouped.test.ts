import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grouped } from '../../src/page/grouped.ts';

it('numbers are written as browsers write them', () => {
  fc.assert(
    fc.property(fc.nat(), (count) => {
      expect(grouped(count, ',')).toBe(count.toLocaleString('en'));
      expect(grouped(count, '\u00A0')).toBe(count.toLocaleString('ru'));
    }),
  );
});
