import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { behindHole } from './hole.ts';
import { longestLine } from './line.ts';
import { LinesFromEnd } from './linesFromEnd.ts';
import { readRange } from './readRange.ts';

/** What was found behind the last whole record of a file, and where it was put. */
export interface TornTail {
  readonly file: string;
  readonly bytes: number;
  readonly setAsideTo: string;
}

const newline = 0x0a;
const openingBrace = 0x7b;

/** A record is a JSON object; a lone number, say, is what garbage can look like. One behind a hole counts. */
function isWholeLine(all: Buffer): boolean {
  const line = all.subarray(behindHole(all));
  if (line.length > longestLine || line[0] !== openingBrace || line.at(-1) !== newline || !isUtf8(line)) return false;
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Where the last whole line of the file ends; all behind it was being written when the machine or process stopped. */
async function wholeLength(file: FileHandle, size: number): Promise<number> {
  const lines = new LinesFromEnd(file);
  let end = size;
  while (end > 0) {
    const start = await lines.lineStart(end);
    // Of a longer line one byte more than a record has: it is none, unless a part of that is a hole.
    if (isWholeLine(await lines.bytes(Math.max(start, end - longestLine - 1), end))) return end;
    end = start;
  }
  return 0;
}

/**
 * Moves a torn tail (a line without its end, or lines that are no JSON object) of a file to `<file>.torn`, so that the file
 * has whole lines only. The caller holds the lock of the file and has it open to read and write: opened by its name
 * here, it could be another one by now, which somebody else appends to. Torn lines were never acknowledged: an answer
 * goes out only after the whole batch is on disk.
 */
export async function setTornTailAside(path: string, file: FileHandle): Promise<TornTail | undefined> {
  const { size } = await file.stat();
  const whole = await wholeLength(file, size);
  if (whole === size) return undefined;
  const setAsideTo = `${path}.torn`;
  const aside = await open(setAsideTo, 'a', 0o600);
  try {
    for (let start = whole; start < size; start += longestLine) {
      await aside.appendFile(await readRange(file, start, Math.min(size, start + longestLine)));
    }
    await aside.datasync();
  } finally {
    await aside.close();
  }
  await file.truncate(whole);
  await file.datasync();
  return { file: path, bytes: size - whole, setAsideTo };
}
