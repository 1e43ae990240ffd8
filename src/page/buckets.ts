import { type Verdict, verdicts } from '../journal/verdict.ts';

/** Arrivals of one stretch of time, `from` inclusive, `to` exclusive, in milliseconds since 1970. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly counts: Readonly<Record<Verdict, number>>;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1, 2, 5, 10, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 30, 90, 365].map((count) => count * day),
];

const noCounts = (): Record<Verdict, number> =>
  Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;

export function countVerdicts(rows: Iterable<{ readonly verdict: Verdict }>): Record<Verdict, number> {
  const counts = noCounts();
  for (const { verdict } of rows) counts[verdict] += 1;
  return counts;
}

/** How many there are of all verdicts. */
export const countAll = (counts: Readonly<Record<Verdict, number>>): number =>
  verdicts.reduce((sum, verdict) => sum + counts[verdict], 0);

/** A short time has empty buckets before it, so that bars keep their width. */
const fewest = 24;

/**
 * Arrivals over time in 24 to `most` buckets, whose length is the shortest round one that does. `offset` is what the
 * zone is ahead of UTC in milliseconds, so that days begin at midnight of the reader.
 */
export function bucketsOf(
  rows: readonly { readonly at: number; readonly verdict: Verdict }[],
  most: number,
  offset: number,
): Bucket[] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of rows) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  if (first > last) return [];
  const startOf = (at: number, step: number): number => Math.floor((at + offset) / step) * step - offset;
  const fits = (step: number): boolean => (startOf(last, step) - startOf(first, step)) / step < most;
  const step = steps.find(fits) ?? Math.ceil((last - first + 1) / (most - 1));
  const end = startOf(last, step) + step;
  const start = Math.min(startOf(first, step), end - fewest * step);
  const length = Math.floor((last - start) / step) + 1;
  const counts = Array.from({ length }, noCounts);
  for (const { at, verdict } of rows) {
    const bucket = counts[Math.floor((at - start) / step)];
    if (bucket) bucket[verdict] += 1;
  }
  return counts.map((of, index) => ({
    from: start + index * step,
    to: start + (index + 1) * step,
    total: countAll(of),
    counts: of,
  }));
}
