import { open } from 'node:fs/promises';
import { fillFrom } from './readRange.ts';

/** Few bytes first, for who wants the last twenty lines; then so many that more would gain nothing. */
const firstBytes = 64 * 1024;
const chunkBytes = 2 * 1024 * 1024;

/** Chunks in memory: the one that is looked at, and those that are read meanwhile. */
const mostChunks = 3;

const pageBytes = 4096;
const roundDown = (bytes: number): number => Math.max(0, Math.floor(bytes / pageBytes) * pageBytes);

interface Place {
  readonly start: number;
  readonly length: number;
}

/** Where the chunks lie: one behind the other from 0 up to `size`, or from there down to 0. */
function placesOf(size: number, fromEnd: boolean): Place[] {
  const places: Place[] = [];
  for (let done = 0; done < size;) {
    const most = done === 0 ? firstBytes : chunkBytes;
    // From the end they begin with a page, too: the system copies others in twice the time.
    const length = fromEnd ? size - done - roundDown(size - done - most) : Math.min(most, size - done);
    places.push({ start: fromEnd ? size - done - length : done, length });
    done += length;
  }
  return places;
}

/**
 * A file up to the byte `end` in chunks, the last one first with `fromEnd`. From the second one on others are read while
 * one is looked at. Their buffers take turns: a chunk is overwritten once the next one is asked for. It is what the file
 * holds when it is read, so a file that was cut meanwhile ends sooner. Rejects with the error of the operating system.
 */
export async function* fileChunks(
  path: string,
  { end, fromEnd = false }: { readonly end?: number | undefined; readonly fromEnd?: boolean } = {},
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  const reads: Array<Promise<Buffer>> = [];
  const buffers: Buffer[] = [];
  try {
    const places = placesOf(end ?? (await file.stat()).size, fromEnd);
    let begun = 0;
    for (const index of places.keys()) {
      const wanted = index === 0 ? 1 : index + mostChunks;
      for (const { start, length } of places.slice(begun, wanted)) {
        const turn = begun % mostChunks;
        if ((buffers[turn]?.length ?? 0) < length) buffers[turn] = Buffer.allocUnsafeSlow(length);
        const read = fillFrom(file, buffers[turn]!.subarray(0, length), start);
        // It is thrown where somebody waits.
        read.catch(() => {});
        reads.push(read);
        begun += 1;
      }
      const chunk = await reads.shift()!;
      if (chunk.length > 0) yield chunk;
    }
  } finally {
    await Promise.allSettled(reads);
    await file.close();
  }
}
