import { type JournalRecord, recordSchema } from './record.ts';
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

/** Reads a line without its newline. Never throws. Fields that this version does not know are kept. */
export function decodeLine(line: string): DecodedLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'unreadable', reason: 'not JSON' };
  }
  if (isUsualRecord(value)) return { kind: 'record', record: value };
  const result = recordSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    return { kind: 'unreadable', reason: `${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'invalid'}` };
  }
  // Not `result.data`: zod leaves out a parameter named __proto__, and a journal drops nothing. Nor does zod check it.
  const record = value as JournalRecord;
  if (Object.values(record.parameters).some((parameter: unknown) => typeof parameter !== 'string')) {
    return { kind: 'unreadable', reason: 'parameters.__proto__: no string' };
  }
  return { kind: 'record', record };
}

/** The same for bytes from a file; undefined stands for a line that is longer than `longestLine`. */
export function decodeBytes(bytes: Buffer | undefined): DecodedLine {
  if (!bytes) return { kind: 'unreadable', reason: `longer than ${longestLine} bytes` };
  return decodeLine(bytes.toString('utf8'));
}
