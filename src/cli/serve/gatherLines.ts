import { type Output } from '../environment.ts';

export interface GatheredLines {
  readonly write: (text: string) => void;
  /** Writes what has gathered at once. */
  readonly flush: () => void;
}

/** Bytes that may wait for a reader; beyond them lines are dropped, for who stalls must not take all memory. */
const mostPending = 4 * 1024 * 1024;

const linesIn = (text: string): number => text.split('\n').length - 1;

/**
 * Writes all that comes within one turn of the event loop in one go: a write takes longer than to make its text. While
 * nobody reads, lines are dropped; `tellDropped` is told how many once there is room again, or at the end.
 */
export function gatherLines(output: Output, tellDropped: (lines: number) => void): GatheredLines {
  let gathered = '';
  let dropped = 0;
  const tell = (): void => {
    if (dropped > 0) tellDropped(dropped);
    dropped = 0;
  };
  const put = (): void => {
    if (gathered === '') return;
    if ((output.pending?.() ?? 0) > mostPending) dropped += linesIn(gathered);
    else {
      tell();
      output.write(gathered);
    }
    gathered = '';
  };
  return {
    write(text) {
      if (gathered === '') setImmediate(put);
      gathered += text;
    },
    flush() {
      put();
      tell();
    },
  };
}
