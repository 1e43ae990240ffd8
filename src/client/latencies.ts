import { createHistogram } from 'node:perf_hooks';

const nsPerMs = 1_000_000;

/** Durations, kept as a histogram: the memory it takes does not grow with their number. */
export class Latencies {
  readonly #histogram = createHistogram();
  #max: number | undefined;

  add(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * nsPerMs)));
    this.#max = Math.max(this.#max ?? 0, ms);
  }

  get max(): number | undefined {
    return this.#max;
  }

  /** The duration that so many percent of all do not exceed, within 1 %; undefined when there is none. */
  percentile(percent: number): number | undefined {
    return this.#max === undefined ? undefined : Math.min(this.#histogram.percentile(percent) / nsPerMs, this.#max);
  }
}
