import { type Clause, type RecordFilter } from '../journal/filter.ts';
import { type Verdict, verdicts } from '../journal/verdict.ts';

const isVerdict = (text: string): text is Verdict => (verdicts as readonly string[]).includes(text);

function dateOf(text: string | null): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `name=value`, or `name~part`; undefined for anything else. */
function clauseOf(text: string): Clause | undefined {
  const [, name, op, value = ''] = /^([^=~]+)([=~])([^]*)$/.exec(text) ?? [];
  return name !== undefined && (op === '=' || op === '~') ? { name, op, value } : undefined;
}

/** Each clause is looked for in each record, so a query may not have any number of them. */
const mostClauses = 8;
/** Characters of one value. */
const longestValue = 1000;

const clausesOf = (query: URLSearchParams): Clause[] =>
  [...new Set(query.getAll('where'))].flatMap((text) => clauseOf(text) ?? []);

/** Why a query asks for more than is looked for; undefined when it does not. */
export function filterProblem(query: URLSearchParams): string | undefined {
  if (clausesOf(query).length > mostClauses) return `at most ${mostClauses} demands are taken`;
  const tooLong = Array.from(query).some(([, value]) => value.length > longestValue);
  return tooLong ? `a demand has at most ${longestValue} characters` : undefined;
}

/**
 * The filter in a query, of the page's address and of the API alike: `action`, `verdict`, `phone`, `text`, `since`,
 * `until`, `where=name=value`. What is empty or cannot be read is no demand. It is met by what was recorded, also where
 * --redact masks what is shown: who may search may also ask to see it all.
 */
export function filterOf(query: URLSearchParams): RecordFilter {
  const verdict = query.get('verdict') ?? '';
  return {
    action: query.get('action') || undefined,
    verdict: isVerdict(verdict) ? verdict : undefined,
    since: dateOf(query.get('since')),
    until: dateOf(query.get('until')),
    phone: query.get('phone') || undefined,
    contains: query.get('text') || undefined,
    where: clausesOf(query),
  };
}
