/** Milliseconds before the next attempt after so many that failed: a second, twice as long each time, at most 30 s. */
export const retryDelay = (fails: number): number => Math.min(30_000, 1000 * 2 ** Math.max(0, fails - 1));
