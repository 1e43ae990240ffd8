import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SettledPrefix } from '../../src/client/settledPrefix.ts';

it('knows the longest beginning that is settled, whatever the order', () => {
  const order = fc.nat(30).chain((length) =>
    fc
      .shuffledSubarray(
        Array.from({ length }, (_, index) => index),
        { minLength: 0, maxLength: length },
      )
      .map((settled) => ({ length, settled })),
  );
  fc.assert(
    fc.property(order, ({ length, settled }) => {
      const prefix = new SettledPrefix<number>();
      const settle = Array.from({ length }, (_, index) => prefix.begin(index));
      for (const index of settled) {
        settle[index]?.();
        settle[index]?.();
      }
      let whole = 0;
      while (settled.includes(whole)) whole += 1;
      expect(prefix.last).toBe(whole === 0 ? undefined : whole - 1);
      expect(prefix.count).toBe(whole);
      expect(prefix.beyond).toBe(settled.length - whole);
      expect(prefix.isWhole).toBe(settled.length === length);
    }),
  );
});
