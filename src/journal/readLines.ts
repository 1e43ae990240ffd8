import { createReadStream } from 'node:fs';

export interface Line {
  readonly text: string;
  /** Whether it ends with a newline; the last line of a file that is being written may not. */
  readonly whole: boolean;
}

/**
 * The lines of a file, split at LF alone. Not node:readline, which also splits at U+2028, and that stands unescaped
 * in JSON.
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  let pieces: Buffer[] = [];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      pieces.push(chunk.subarray(start, end));
      yield { text: Buffer.concat(pieces).toString('utf8'), whole: true };
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
  if (pieces.length > 0) yield { text: Buffer.concat(pieces).toString('utf8'), whole: false };
}
