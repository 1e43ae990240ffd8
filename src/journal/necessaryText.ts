import { type RecordFilter } from './filter.ts';

/** A text without which in its line a record cannot meet the filter. */
export interface NecessaryText {
  readonly text: string;
  /** Whether a JSON writer may have put the text as `\uXXXX`: then a line with any `\u` may hold it, too. */
  readonly mayBeEscaped: boolean;
}

/**
 * Runs of what every JSON writer writes as it is. Not `/`, which PHP escapes, nor `+`, `<`, `>`, `&`, `'`, `=` or
 * backtick, which .NET, Go, PHP or Java may.
 */
const plainRuns = /[\w .@-]+/g;
/** Runs of what has no escape but `\uXXXX`; what stands for broken UTF-8 is in no file. */
const otherRuns = /[^"\\/\p{Cc}\p{Cs}\ufffd]+/gu;
/** Plain and without letters: no other text becomes this one when letters are made small. */
const caselessRuns = /[\d_ .@-]+/g;

/** Shorter ones stand in nearly every line. */
const leastLength = 3;

const runsOf = (value: string, runs: RegExp): string[] =>
  (value.match(runs) ?? []).filter((run) => run.length >= leastLength);

function textsOf(value: string): NecessaryText[] {
  const plain = runsOf(value, plainRuns).map((text) => ({ text, mayBeEscaped: false }));
  if (plain.length > 0) return plain;
  return runsOf(value, otherRuns).map((text) => ({ text, mayBeEscaped: true }));
}

const caselessTextsOf = (value: string): NecessaryText[] =>
  runsOf(value, caselessRuns).map((text) => ({ text, mayBeEscaped: false }));

/**
 * Texts each of which stands in the line of every record that meets the filter, whoever wrote the JSON; none where
 * nothing can be said. Only values count, and of them only what no writer escapes: between names and values others write
 * blanks.
 */
export function necessaryTexts({ action = '', order = '', contains = '', where }: RecordFilter): NecessaryText[] {
  return [
    ...textsOf(action),
    ...textsOf(order),
    ...caselessTextsOf(contains),
    ...where.flatMap(({ op, value }) => (op === '=' ? textsOf(value) : caselessTextsOf(value))),
  ];
}
