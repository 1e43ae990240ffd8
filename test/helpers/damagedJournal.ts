import fc from 'fast-check';
import { encodeLine, longestLine } from '../../src/journal/line.ts';
import { type JournalRecord, recordSchema } from '../../src/journal/record.ts';
import { anyRecord } from '../journal/contract.ts';
import { mutation } from './fuzz.ts';
import { sampleRecord } from './samples.ts';

/** What the records of a damaged file are searched for. */
export const words = ['+79990001122', 'Иван', 'иван', '\u2028 и 🙂', 'order-90', '7999', '\\u0418', '"'];

const word = fc.constantFrom(...words);
const usual = fc
  .tuple(word, word, word, fc.constantFrom('lead', 'message', 'call'), fc.constantFrom(0, 0, 0, 1000, 70_000))
  .map(([phone, name, more, action, length]) => {
    const text = `${name} ${'я'.repeat(length / 2)} ${more}`;
    return sampleRecord({ action, parameters: { phone, name: name.toUpperCase(), text } });
  });
const record = fc.oneof({ weight: 3, arbitrary: usual }, anyRecord);

/** What may stand in the place of a line. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(0, 1, 5, 4096, 70_000).map((length) => Buffer.alloc(length)),
  fc
    .constantFrom('', ' ', '\r', '{}', '[]', '12', 'null', '{"v":1', '\ufeff{}', '['.repeat(3000))
    .map((text) => Buffer.from(text)),
);

/** As Python and PHP write it: each character that is not ASCII by its number. */
const escaped = (json: string): string =>
  json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Lines of a file that was damaged, each without its newline; no two records of one run, so that none moves. */
const lines = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.tuple(record, mutation, fc.constantFrom('', '', '', '\r', ' ', '\0'), fc.boolean()) },
      { weight: 2, arbitrary: garbage },
      { weight: 1, arbitrary: fc.tuple(record, record) },
    ),
    { maxLength: 9 },
  )
  .map((all) =>
    all.map((drawn, index) => {
      if (Buffer.isBuffer(drawn)) return drawn;
      const [first, change, end = '', isEscaped = false] = drawn;
      const lineOf = (one: JournalRecord): Buffer => {
        const line = encodeLine({ ...one, run: `run ${index}` }).slice(0, -1);
        return Buffer.from(isEscaped ? escaped(line) : line);
      };
      // Two lines that stand on one: a newline was lost.
      if (typeof change !== 'function') return Buffer.concat([lineOf(first), lineOf(change)]);
      return Buffer.concat([change(lineOf(first)), Buffer.from(end)]);
    }),
  );

/** The bytes of a journal file that was damaged: whole lines, and others between them. */
export const damagedFile: fc.Arbitrary<Buffer> = fc
  .tuple(lines, fc.boolean(), mutation)
  .map(([all, hasEnd, mutate]) => {
    const file = Buffer.from(all.map((line) => `${line.toString('latin1')}\n`).join(''), 'latin1');
    return mutate(hasEnd ? file : file.subarray(0, -1));
  });

/** A line as somebody reads it who takes the time: the record, or undefined. */
export interface PlainLine {
  readonly bytes: Buffer;
  readonly record: JournalRecord | undefined;
  /** False for a last one without its newline. */
  readonly whole: boolean;
}

function plainRecord(bytes: Buffer): JournalRecord | undefined {
  if (bytes.length >= longestLine) return undefined;
  try {
    // Throws at bytes that are no UTF-8.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    recordSchema.parse(value);
    const read = value as JournalRecord;
    return Object.values(read.parameters).every((text: unknown) => typeof text === 'string') ? read : undefined;
  } catch {
    return undefined;
  }
}

/** The lines of a file by the plainest of means. */
export function plainLines(file: Buffer): PlainLine[] {
  const parts = file.toString('latin1').split('\n');
  return parts
    .map((part, index) => ({ bytes: Buffer.from(part, 'latin1'), whole: index < parts.length - 1 }))
    .filter(({ bytes, whole }) => whole || bytes.length > 0)
    .map((line) => ({ ...line, record: plainRecord(line.bytes) }));
}
