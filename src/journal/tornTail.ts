import { type FileHandle, open } from 'node:fs/promises';

/** What was found behind the last whole record of a file, and where it was put. */
export interface TornTail {
  readonly file: string;
  readonly bytes: number;
  readonly setAsideTo: string;
}

const newline = 0x0a;
const chunkBytes = 64 * 1024;
/** A longer line cannot be a record: a request has at most 64 KiB of target, its headers, and 1 MiB of body. */
const longestLine = 8 * 1024 * 1024;

async function read(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(end - start);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** Where the line that ends at `end` (its newline included) begins. */
async function lineStart(file: FileHandle, end: number): Promise<number> {
  let position = end - 1;
  while (position > 0) {
    const start = Math.max(0, position - chunkBytes);
    const found = (await read(file, start, position)).lastIndexOf(newline);
    if (found >= 0) return start + found + 1;
    position = start;
  }
  return 0;
}

function isWholeLine(line: Buffer): boolean {
  if (line.at(-1) !== newline) return false;
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Where the last whole line of the file ends; all behind it was being written when the machine or process stopped. */
async function wholeLength(file: FileHandle, size: number): Promise<number> {
  let end = size;
  while (end > 0) {
    const start = await lineStart(file, end);
    if (end - start <= longestLine && isWholeLine(await read(file, start, end))) return end;
    end = start;
  }
  return 0;
}

/**
 * Moves a torn tail (a line without its end, or lines that are no JSON) of a file to `<file>.torn`, so that the file
 * has whole lines only. The caller holds the lock of the file. Torn lines were never acknowledged: an answer goes out
 * only after the whole batch is on disk.
 */
export async function setTornTailAside(path: string): Promise<TornTail | undefined> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const whole = await wholeLength(file, size);
    if (whole === size) return undefined;
    const setAsideTo = `${path}.torn`;
    const aside = await open(setAsideTo, 'a', 0o600);
    try {
      for (let start = whole; start < size; start += longestLine) {
        await aside.appendFile(await read(file, start, Math.min(size, start + longestLine)));
      }
      await aside.datasync();
    } finally {
      await aside.close();
    }
    await file.truncate(whole);
    await file.datasync();
    return { file: path, bytes: size - whole, setAsideTo };
  } finally {
    await file.close();
  }
}
