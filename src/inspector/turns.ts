import { setImmediate as nextRound } from 'node:timers/promises';

/** How long one piece of work may keep the webhook, which shares this thread, from answering. */
const sliceMs = 4;

/** Long work done in slices: between two of them, of any work, requests that came in meanwhile are served. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves when it is the caller's turn: one of them in each round of the event loop. */
  next(): Promise<unknown> {
    this.#last = this.#last.then(() => nextRound());
    return this.#last;
  }

  /** Waits for a turn to begin with, and gives back what has to be awaited between two steps. */
  async begin(): Promise<() => Promise<void>> {
    await this.next();
    let start = performance.now();
    return async () => {
      if (performance.now() - start < sliceMs) return;
      await this.next();
      start = performance.now();
    };
  }
}
