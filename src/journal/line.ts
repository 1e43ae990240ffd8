import { isUtf8 } from 'node:buffer';
import { type JournalRecord } from './record.ts';
import { isUsualRecord } from './usualRecord.ts';

/**
 * Bytes of the longest line that is written, and taken for whole after a crash. A request has at most 64 KiB of target,
 * its headers, and 1 MiB of body, which JSON makes up to six times as long.
 */
export const longestLine = 8 * 1024 * 1024;

/** One line of the journal, with its newline. Plain `JSON.stringify`, so the bytes of a value can be searched for. */
export function encodeLine(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

export type DecodedLine =
  | { readonly kind: 'record'; readonly record: JournalRecord }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Loaded with the first record that is not a usual one: most files have none, and it takes a third of a start. */
let check: ((value: unknown) => DecodedLine) | undefined;

async function checkLater(value: unknown): Promise<DecodedLine> {
  ({ checkRecord: check } = await import('./checkRecord.ts'));
  return check(value);
}

/**
 * Reads a line without its newline: at once, or later where the schema has to be loaded first. Never throws or rejects. Fields
 * that this version does not know are kept.
 */
export function decodeLine(line: string): DecodedLine | Promise<DecodedLine> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'unreadable', reason: 'not JSON' };
  }
  if (isUsualRecord(value)) return { kind: 'record', record: value };
  return check ? check(value) : checkLater(value);
}

/** What bytes that are no UTF-8 are read as; a text may also hold it as it is. */
const replacement = '\ufffd';

/**
 * The same for the text of bytes. Bytes that are no UTF-8 were written by nobody: what is read of them would pass for
 * what was recorded.
 */
export function decodeText(
  text: string,
  bytes: Buffer,
  start: number,
  end: number,
): DecodedLine | Promise<DecodedLine> {
  if (text.includes(replacement) && !isUtf8(bytes.subarray(start, end))) {
    return { kind: 'unreadable', reason: 'not UTF-8' };
  }
  return decodeLine(text);
}

/** The same for bytes from a file; undefined stands for a line that is longer than `longestLine`. */
export function decodeBytes(bytes: Buffer | undefined): DecodedLine | Promise<DecodedLine> {
  if (!bytes) return { kind: 'unreadable', reason: `longer than ${longestLine} bytes` };
  return decodeText(bytes.toString('utf8'), bytes, 0, bytes.length);
}
