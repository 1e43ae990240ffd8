import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Latencies } from '../../src/client/latencies.ts';

it('has a median within 1 % of the true one, and the true maximum', () => {
  const times = fc.array(fc.double({ min: 0.01, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, (all) => {
      const latencies = new Latencies();
      for (const time of all) latencies.add(time);
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(all.length / 2) - 1] ?? 0;
      expect((latencies.percentile(50) ?? 0) / exact).toBeGreaterThan(0.99);
      expect((latencies.percentile(50) ?? 0) / exact).toBeLessThan(1.01);
      expect(latencies.max).toBe(sorted.at(-1));
    }),
  );
});

it('has none before the first', () => {
  expect(new Latencies().percentile(50)).toBeUndefined();
  expect(new Latencies().max).toBeUndefined();
});
