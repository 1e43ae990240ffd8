import { type JournalRecord, type RecordedAnswer } from '../journal/record.ts';

/** What an object and its fields take, whatever they hold. */
const recordBytes = 800;
/** What a parameter or a pair of headers takes beside its texts: two strings, and its place in a table. */
const entryBytes = 100;
/**
 * From so many parameters on, each takes more: V8 keeps them in a hash table then, and names that no other record has.
 * Measured with 300 requests of 12,000 parameters.
 */
const manyEntries = 100;
const manyEntryBytes = 300;

/** Not each character counts as one byte: a text with one Cyrillic letter takes two for all. Its UTF-8 comes close. */
const bytesOf = (text: string | null | undefined): number => (text ? Buffer.byteLength(text) : 0);

function pairsWeight(pairs: JournalRecord['headers'] = []): number {
  let weight = 0;
  for (const [name, value] of pairs) weight += entryBytes + bytesOf(name) + bytesOf(value);
  return weight;
}

function problemsWeight(problems: JournalRecord['problems'] = []): number {
  let weight = 0;
  for (const { path, detail } of problems) weight += entryBytes + bytesOf(path) + bytesOf(detail);
  return weight;
}

const answerWeight = (answer: RecordedAnswer | null | undefined): number =>
  bytesOf(answer?.body) + pairsWeight(answer?.headers);

/** About how many bytes of memory a record takes. Parameters in any number count by their number, too. */
export function recordWeight(record: JournalRecord): number {
  const { target, headers, body, parameters, answer, forward, fault, tokenDiagnosis, orderId, problems } = record;
  let weight = recordBytes + bytesOf(target) + bytesOf(body?.data) + bytesOf(tokenDiagnosis) + bytesOf(fault);
  weight += bytesOf(orderId) + bytesOf(forward?.url);
  weight += pairsWeight(headers) + answerWeight(answer) + answerWeight(forward?.answer);
  weight += problemsWeight(problems) + problemsWeight(forward?.problems);
  let count = 0;
  for (const name in parameters) {
    count += 1;
    weight += (count > manyEntries ? manyEntryBytes : entryBytes) + bytesOf(name) + bytesOf(parameters[name]);
  }
  return weight;
}
