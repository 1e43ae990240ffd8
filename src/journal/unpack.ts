import { once } from 'node:events';
import { createGunzip } from 'node:zlib';

const magic = Buffer.from([0x1f, 0x8b]);
/** Packed bytes that are unpacked in one go; they may become a thousand times as many. */
const sliceBytes = 16 * 1024;

/** Whether bytes begin as gzip does. JSON never does, so the bytes decide and no name has to. */
export function isGzip(beginning: Buffer): boolean {
  return beginning.subarray(0, magic.length).equals(magic);
}

/** Bytes whose name says that they are gzip, and that are not. */
export class NotGzipError extends Error {
  override readonly name = 'NotGzipError';
}

async function* behind(beginning: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield beginning;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Unpacks slice by slice: all that a slice becomes, or the error. */
class Gunzip {
  readonly #gunzip = createGunzip();
  #unpacked: Buffer[] = [];

  constructor() {
    this.#gunzip.on('data', (piece: Buffer) => this.#unpacked.push(piece));
    // It is thrown where somebody waits.
    this.#gunzip.on('error', () => {});
  }

  /** Whether the gzip has ended, and what follows is padding. */
  get hasEnded(): boolean {
    return this.#gunzip.readableEnded;
  }

  async push(slice: Buffer): Promise<Buffer[]> {
    // Behind the end the slice is never said to be taken, and after an error neither.
    const settled = new AbortController();
    const taken = new Promise<void>((resolve, reject) => {
      this.#gunzip.write(slice, (error) => (error ? reject(error) : resolve()));
    });
    try {
      await Promise.race([taken, once(this.#gunzip, 'end', { signal: settled.signal })]);
    } finally {
      settled.abort();
    }
    return this.#take();
  }

  async end(): Promise<Buffer[]> {
    if (!this.hasEnded) {
      const ended = once(this.#gunzip, 'end');
      this.#gunzip.end();
      await ended;
    }
    return this.#take();
  }

  close(): void {
    this.#gunzip.destroy();
  }

  async #take(): Promise<Buffer[]> {
    while (this.#gunzip.readableLength > 0 && !this.#gunzip.destroyed) await new Promise(setImmediate);
    const unpacked = this.#unpacked;
    this.#unpacked = [];
    return unpacked;
  }
}

async function* slicesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length; start += sliceBytes) yield piece.subarray(start, start + sliceBytes);
  }
}

/**
 * Unpacks gzip. zlib throws away what it has unpacked in the step that meets an error, which is all of a small file. So
 * a second one follows a slice behind, and goes through the slice with the error byte by byte.
 */
async function* gunzip(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const first = new Gunzip();
  const second = new Gunzip();
  try {
    for await (const slice of slicesOf(pieces)) {
      try {
        yield* await first.push(slice);
      } catch (error) {
        // Ends with the same error.
        for (const byte of slice) yield* await second.push(Buffer.of(byte));
        throw error;
      }
      if (first.hasEnded) return;
      await second.push(slice);
    }
    yield* await first.end();
  } finally {
    first.close();
    second.close();
  }
}

/**
 * Bytes as they are, or unpacked when they are gzip (of several members, too). Rejects, after all that could be unpacked,
 * when the gzip is broken; with NotGzipError when `mustBeGzip` and they are not.
 */
export async function* unpack(pieces: AsyncIterable<Buffer>, mustBeGzip: boolean): AsyncGenerator<Buffer> {
  const rest = pieces[Symbol.asyncIterator]();
  let beginning: Buffer = Buffer.alloc(0);
  while (beginning.length < magic.length) {
    const next = await rest.next();
    if (next.done) break;
    beginning = Buffer.concat([beginning, next.value]);
  }
  const all = behind(beginning, rest);
  if (isGzip(beginning)) {
    yield* gunzip(all);
  } else if (mustBeGzip) {
    await rest.return?.();
    throw new NotGzipError('not gzip');
  } else {
    yield* all;
  }
}
