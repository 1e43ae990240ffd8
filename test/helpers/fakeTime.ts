interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that stands still but for who sleeps: then it passes at once, to where the first of them is to wake. */
export class FakeTime {
  #now = 0;
  #sleepers: Sleeper[] = [];

  readonly elapsed = (): number => this.#now;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => reject(new Error('woken early')), { once: true });
      // Not before all that sleep have begun to.
      setImmediate(() => this.#wakeFirst());
    });

  /** For who takes a clock and a way to sleep. */
  readonly options = { elapsed: this.elapsed, sleep: this.sleep };

  /** Lets time pass in which nobody wakes. */
  pass(ms: number): void {
    this.#now += ms;
  }

  #wakeFirst(): void {
    const [first, ...others] = this.#sleepers.toSorted((a, b) => a.at - b.at);
    if (!first) return;
    this.#sleepers = others;
    this.#now = Math.max(this.#now, first.at);
    first.wake();
  }
}
