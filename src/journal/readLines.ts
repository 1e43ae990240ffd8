import { createReadStream } from 'node:fs';
import { type Line, LineSplitter } from './lineSplitter.ts';

/** The lines of a file; `whole` is false for a last one without a newline, as a file that is being written may have. */
export async function* readLines(path: string): AsyncGenerator<Line & { readonly whole: boolean }> {
  const splitter = new LineSplitter();
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    for (const line of splitter.push(piece)) yield { ...line, whole: true };
  }
  const rest = splitter.rest();
  if (rest) yield { ...rest, whole: false };
}
