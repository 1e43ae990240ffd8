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

  /**
   * Waits for a turn to begin with, and gives back what is asked between two steps: undefined while the turn lasts, else
   * a promise of the next one. Most steps are far shorter than the way through a promise.
   */
  async begin(): Promise<() => Promise<void> | undefined> {
    await this.next();
    let start = performance.now();
    const again = async (): Promise<void> => {
      await this.next();
      start = performance.now();
    };
    return () => (performance.now() - start < sliceMs ? undefined : again());
  }
}
