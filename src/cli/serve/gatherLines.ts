import { type Output } from '../environment.ts';

export interface GatheredLines {
  readonly write: (text: string) => void;
  /** Writes what has gathered at once. */
  readonly flush: () => void;
}

/** Writes all that comes within one turn of the event loop in one go: a write takes longer than to make its text. */
export function gatherLines(output: Output): GatheredLines {
  let gathered = '';
  const flush = (): void => {
    if (gathered === '') return;
    output.write(gathered);
    gathered = '';
  };
  return {
    write(text) {
      if (gathered === '') setImmediate(flush);
      gathered += text;
    },
    flush,
  };
}
