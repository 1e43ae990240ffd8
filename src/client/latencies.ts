/** Each bucket is this much longer than the one before it, so a percentile is off by at most half of that. */
const growth = 1.01;

/** Durations, kept as a histogram: the memory it takes does not grow with their number. */
export class Latencies {
  readonly #buckets = new Map<number, number>();
  #count = 0;
  #max = 0;

  add(ms: number): void {
    const bucket = Math.round(Math.log(Math.max(ms, 0.001)) / Math.log(growth));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.#count += 1;
    this.#max = Math.max(this.#max, ms);
  }

  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /** The duration that `share` (0 to 1) of all do not exceed, within 1 %; undefined when there is none. */
  percentile(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (const [bucket, count] of Array.from(this.#buckets).toSorted(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(growth ** bucket, this.#max);
    }
    return undefined;
  }
}
