import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketsOf, countVerdicts } from '../../src/page/buckets.ts';
import { visibleRange } from '../../src/page/visibleRange.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 22, 10);
const rows = (...moments: readonly number[]) => moments.map((at) => ({ at: start + at, verdict: 'accepted' as const }));

describe('arrivals over time', () => {
  it('count each row once, in round stretches, the last one being that of the newest', () => {
    for (const span of [0, 1000, 59_000, 7 * hour, 300 * hour, 50_000 * hour, 900_000 * hour]) {
      const buckets = bucketsOf(rows(0, span / 3, span), 60, 3 * hour);
      expect(buckets.length).toBeGreaterThanOrEqual(24);
      expect(buckets.length).toBeLessThanOrEqual(60);
      expect(buckets.reduce((sum, { total }) => sum + total, 0)).toBe(3);
      expect(buckets.at(-1)?.total).toBeGreaterThan(0);
      for (const [index, { to }] of buckets.entries()) expect(to).toBe(buckets[index + 1]?.from ?? to);
    }
    expect(bucketsOf([], 60, 0)).toEqual([]);
  });

  it('begin days at midnight of the reader', () => {
    const [bucket] = bucketsOf(rows(0, 24 * 40 * hour), 60, 3 * hour).slice(-1);
    expect(new Date((bucket?.from ?? 0) + 3 * hour).toISOString()).toMatch(/T00:00:00/);
  });

  it('are counted by verdict', () => {
    expect(countVerdicts([...rows(1, 2), { verdict: 'odd' }])).toEqual({
      accepted: 2,
      odd: 1,
      rejected: 0,
      unanswered: 0,
      injected: 0,
    });
  });
});

describe('the rows that are seen', () => {
  it('are those of the viewport and a few around, within the list', () => {
    expect(visibleRange(10_000, 30, 3000, 600)).toEqual({ from: 96, to: 128 });
    expect(visibleRange(10_000, 30, 0, 600)).toEqual({ from: 0, to: 24 });
    expect(visibleRange(3, 30, 0, 600)).toEqual({ from: 0, to: 3 });
    expect(visibleRange(3, 30, 90_000, 600)).toEqual({ from: 3, to: 3 });
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(700_000), fc.nat(2000), fc.constantFrom(34, 56), (count, top, height, row) => {
        const { from, to } = visibleRange(count, row, top, height);
        const [first, end] = [Math.floor(top / row), Math.ceil((top + height) / row)];
        expect(from).toBeLessThanOrEqual(Math.max(0, first - 4));
        expect(to).toBeGreaterThanOrEqual(Math.min(count, end + 4));
        expect([from <= to, to <= count, to - from < end - first + 24]).toEqual([true, true, true]);
      }),
    );
  });

  it('stay the same while a list scrolls by a row, most times', () => {
    const ranges = Array.from({ length: 80 }, (_, row) => JSON.stringify(visibleRange(10_000, 34, row * 34, 680)));
    expect(new Set(ranges).size).toBeLessThanOrEqual(21);
  });
});
