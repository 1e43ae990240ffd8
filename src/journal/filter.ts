import { type JournalRecord } from './record.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A demand on a decoded parameter: `=` that it has this value, `~` that this text is in it, in any case of letters. */
export interface Clause {
  readonly name: string;
  readonly op: '=' | '~';
  readonly value: string;
}

/** Which records are meant: those that meet all of it. */
export interface RecordFilter {
  readonly action?: string | undefined;
  readonly verdict?: Verdict | undefined;
  /** Received at this moment or later. */
  readonly since?: Date | undefined;
  /** Received before this moment. */
  readonly until?: Date | undefined;
  /** The id of the order that was answered, exactly. */
  readonly order?: string | undefined;
  /** Digits that the parameter `phone` holds, however either is written; of a whole number, those after the country. */
  readonly phone?: string | undefined;
  /** A text that any decoded parameter holds, in any case of letters. */
  readonly contains?: string | undefined;
  readonly where: readonly Clause[];
}

/** Why a record does not match: the first demand that it does not meet. */
export type Miss =
  | { readonly kind: 'action' | 'verdict' | 'time' | 'phone' | 'contains' }
  /** `actual` is undefined when no order was answered, or there is no such parameter. */
  | { readonly kind: 'order'; readonly actual: string | undefined }
  | { readonly kind: 'clause'; readonly clause: Clause; readonly actual: string | undefined };

function parameterOf({ parameters }: JournalRecord, name: string): string | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}

/** Small letters of values, made once each: a value may be long, and many demands may ask for it. */
class SmallLetters {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const small = text.toLowerCase();
    this.#known.set(text, small);
    return small;
  }
}

function meets(actual: string | undefined, { op, value }: Clause, small: SmallLetters): boolean {
  if (actual === undefined) return false;
  return op === '=' ? actual === value : small.of(actual).includes(value.toLowerCase());
}

/** Whether any parameter holds the text, in any case of letters. */
function isInOne({ parameters }: JournalRecord, text: string): boolean {
  const part = text.toLowerCase();
  for (const name in parameters) if ((parameters[name] ?? '').toLowerCase().includes(part)) return true;
  return false;
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');
/** Digits of a phone without its country, which may be written `+7`, `8`, or not at all. */
const nationalDigits = 10;

function hasPhone(record: JournalRecord, wanted: string): boolean {
  const phone = parameterOf(record, 'phone') ?? '';
  const digits = digitsOf(wanted).slice(-nationalDigits);
  return digits === '' ? phone.toLowerCase().includes(wanted.toLowerCase()) : digitsOf(phone).includes(digits);
}

/** Whether it came in within the time; written in UTC with milliseconds, so the texts compare as the moments do. */
function isWithin({ receivedAt }: JournalRecord, { since, until }: RecordFilter): boolean {
  if (since && receivedAt < since.toISOString()) return false;
  return !(until && receivedAt >= until.toISOString());
}

/** What is wrong with the record; undefined when it matches. */
export function missOf(record: JournalRecord, filter: RecordFilter): Miss | undefined {
  const { action, verdict, order, phone, contains, where } = filter;
  if (action !== undefined && record.action !== action) return { kind: 'action' };
  if (!isWithin(record, filter)) return { kind: 'time' };
  if (verdict !== undefined && verdictOf(record) !== verdict) return { kind: 'verdict' };
  if (phone !== undefined && !hasPhone(record, phone)) return { kind: 'phone' };
  if (contains !== undefined && !isInOne(record, contains)) return { kind: 'contains' };
  if (order !== undefined && record.orderId !== order) return { kind: 'order', actual: record.orderId ?? undefined };
  if (where.length === 0) return undefined;
  const small = new SmallLetters();
  const clause = where.find((demand) => !meets(parameterOf(record, demand.name), demand, small));
  return clause && { kind: 'clause', clause, actual: parameterOf(record, clause.name) };
}
