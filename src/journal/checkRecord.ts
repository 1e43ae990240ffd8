import { type DecodedLine } from './line.ts';
import { type JournalRecord, recordSchema } from './record.ts';

/** What a value that was read as JSON is by the schema. Never throws. Fields that this version does not know are kept. */
export function checkRecord(value: unknown): DecodedLine {
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
