import { createReadStream } from 'node:fs';
import { type Line, LineSplitter } from './lineSplitter.ts';

/** The lines of what is read piece by piece; `whole` is false for a last one without a newline. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Line & { readonly whole: boolean }> {
  const splitter = new LineSplitter();
  for await (const piece of pieces) {
    for (const line of splitter.push(piece)) yield { ...line, whole: true };
  }
  const rest = splitter.rest();
  if (rest) yield { ...rest, whole: false };
}

/** The lines of a file; a last one without a newline is what a file that is being written may have. */
export function readLines(path: string): AsyncGenerator<Line & { readonly whole: boolean }> {
  return linesOf(createReadStream(path) as AsyncIterable<Buffer>);
}
