/** Milliseconds. A disk that stalls for once, or a slow one, is no reason to keep callers waiting. */
const longest = 10;
/** More callers than that keep the program busy while the disk is: then groups that take turns are as fast. */
const mostCallers = 32;

/**
 * The time between two batches. Callers that were just answered often ask again at once; where they had no share in the
 * next batch, two groups would take turns, each waiting for the disk of the other. So the next batch waits until as many
 * lines are there as callers are known, but no longer than the disk took for the last one: who does not come back
 * costs the others no more than one who comes a moment too late.
 */
export class Gathering {
  #expected = 0;
  #end: (() => void) | undefined;

  /**
   * Resolves when so many lines wait, or as long after as the last batch took (milliseconds); at once, but for what has
   * arrived and is still to be read, when they are many.
   */
  begin(expected: number, lastMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      // The time counts from when the answers are out, which itself takes a while.
      const answered = setImmediate(() => {
        if (expected > mostCallers) this.end();
        else timer = setTimeout(() => this.end(), Math.min(longest, lastMs));
      });
      this.#expected = expected;
      this.#end = () => {
        clearImmediate(answered);
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** So many lines wait now. */
  waits(lines: number): void {
    if (lines >= this.#expected) this.end();
  }

  end(): void {
    this.#end?.();
    this.#end = undefined;
  }
}
