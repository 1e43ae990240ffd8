import { type JournalRecord } from './record.ts';

/** A demand on a decoded parameter: `=` that it has this value, `~` that this text is in it, in any case of letters. */
export interface Clause {
  readonly name: string;
  readonly op: '=' | '~';
  readonly value: string;
}

/** Which records are meant: those that meet all of it. */
export interface RecordFilter {
  readonly action?: string | undefined;
  readonly where: readonly Clause[];
}

/** Why a record does not match: its action, or the first clause that it does not meet. */
export type Miss =
  | { readonly kind: 'action' }
  /** `actual` is undefined when there is no such parameter. */
  | { readonly kind: 'clause'; readonly clause: Clause; readonly actual: string | undefined };

function parameterOf({ parameters }: JournalRecord, name: string): string | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

function meets(actual: string | undefined, { op, value }: Clause): boolean {
  if (actual === undefined) return false;
  return op === '=' ? actual === value : actual.toLowerCase().includes(value.toLowerCase());
}

/** What is wrong with the record; undefined when it matches. */
export function missOf(record: JournalRecord, { action, where }: RecordFilter): Miss | undefined {
  if (action !== undefined && record.action !== action) return { kind: 'action' };
  const clause = where.find((demand) => !meets(parameterOf(record, demand.name), demand));
  return clause && { kind: 'clause', clause, actual: parameterOf(record, clause.name) };
}
