import { type JournalRecord, type RecordedAnswer } from './record.ts';

const tokenVerdicts: ReadonlySet<unknown> = new Set(['match', 'mismatch', 'missing', 'unchecked']);
const severities: ReadonlySet<unknown> = new Set(['error', 'warning', 'info']);

/** A moment in UTC with milliseconds. Of days that not every year has, the schema decides. */
const usualTime =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]);

const arePairs = (value: unknown): boolean => Array.isArray(value) && value.every(isPair);

function isProblem(value: JournalRecord['problems'][number]): boolean {
  return (
    isObject(value) &&
    isText(value.code) &&
    severities.has(value.severity) &&
    isText(value.path) &&
    isText(value.detail)
  );
}

function isAnswer({ status, body, headers, encoding, truncated }: RecordedAnswer): boolean {
  if (encoding !== undefined || truncated !== undefined) return false;
  return (
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 999 &&
    isText(body) &&
    (headers === undefined || arePairs(headers))
  );
}

function areTexts(values: Readonly<Record<string, unknown>>): boolean {
  for (const name in values) if (!isText(values[name])) return false;
  return true;
}

/**
 * Whether a value that was read as JSON is a record as nearly all of them are, by the rules of `recordSchema`, in a tenth
 * of its time. Of what it refuses the schema decides, and says what is wrong.
 */
export function isUsualRecord(value: unknown): value is JournalRecord {
  if (!isObject(value)) return false;
  // Nothing is known of it yet: the type only says which fields there may be.
  const record = value as JournalRecord;
  const { seq, receivedAt, durationMs, problems, parameters, answer, fault } = record;
  return (
    record.v === 1 &&
    isText(record.run) &&
    Number.isSafeInteger(seq) &&
    seq >= 1 &&
    isText(receivedAt) &&
    usualTime.test(receivedAt) &&
    isText(record.remote) &&
    isTextOrNull(record.method) &&
    isTextOrNull(record.target) &&
    arePairs(record.headers) &&
    record.body === null &&
    isTextOrNull(record.action) &&
    isObject(parameters) &&
    areTexts(parameters) &&
    tokenVerdicts.has(record.token) &&
    isTextOrNull(record.tokenDiagnosis) &&
    Array.isArray(problems) &&
    problems.every(isProblem) &&
    (answer === null || (isObject(answer) && isAnswer(answer))) &&
    record.forward === undefined &&
    (fault === undefined || isText(fault)) &&
    isTextOrNull(record.orderId) &&
    Number.isFinite(durationMs) &&
    durationMs >= 0
  );
}
