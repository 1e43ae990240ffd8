import { firstDifference } from '../../conformance/firstDifference.ts';
import { type RecordedAnswer } from '../../journal/record.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { type Answer } from '../../protocol/judgeAnswer.ts';

/** Where two answers differ, and both values as texts: JSON of a value, or a piece of a text. */
export interface Difference {
  /** `status`, `body`, `body.order_id`, `body.items.0`. */
  readonly path: string;
  /** Undefined where there is no such thing in that answer. */
  readonly recorded: string | undefined;
  readonly now: string | undefined;
}

/** More differences, and values nested deeper, are not told apart. */
const most = 50;
const deepest = 32;
/** Characters of a value. */
const valueShown = 80;

function isNested(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : isNested(value) ? 'object' : 'value');

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return '(too deeply nested)';
  }
}

function differenceOf(path: string, recorded: unknown, now: unknown): Difference[] {
  if (typeof recorded === 'string' && typeof now === 'string') {
    const [one, other] = firstDifference(recorded, now);
    return [{ path, recorded: JSON.stringify(one), now: JSON.stringify(other) }];
  }
  const [one, other] = [jsonOf(recorded), jsonOf(now)];
  if (one === other) return [];
  return [{ path, recorded: one && excerpt(one, valueShown), now: other && excerpt(other, valueShown) }];
}

function compareValues(path: string, recorded: unknown, now: unknown, depth: number, found: Difference[]): void {
  if (found.length >= most || Object.is(recorded, now)) return;
  if (isNested(recorded) && isNested(now) && kindOf(recorded) === kindOf(now) && depth < deepest) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      const [one, other] = [recorded, now].map((value) => (Object.hasOwn(value, name) ? value[name] : undefined));
      compareValues(`${path}.${excerpt(name, valueShown)}`, one, other, depth + 1, found);
    }
    return;
  }
  found.push(...differenceOf(path, recorded, now));
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The parts of a JSON text between which white space may stand, those of strings and numbers as they are written. */
const partsOf = (text: string): string[] => text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"{}[\]:,]+|[{}[\]:,]/g) ?? [];

/** Strings without needless escapes, and numbers in one spelling unless that is another number. */
function canonical(part: string): string {
  if (part.startsWith('"')) return JSON.stringify(JSON.parse(part));
  const isExact = /^-?\d+$/.test(part) ? Number.isSafeInteger(Number(part)) : /^-?\d/.test(part);
  return isExact ? String(Number(part)) : part;
}

/**
 * What differs in the writing of two JSON texts with equal values, but for white space, the order of names, and other
 * ways to write the same number or string.
 */
function differenceOfParts(recorded: string, now: string): Difference[] {
  const [one, other] = [recorded, now].map((text) => partsOf(text).map(canonical).toSorted().join(' '));
  return one === other ? [] : differenceOf('body', recorded, now);
}

function compareBodies(recorded: string, now: string, isCut: boolean): Difference[] {
  if (recorded === now || (isCut && now.startsWith(recorded))) return [];
  const [one, other] = [parsed(recorded), parsed(now)];
  if (!one || !other) return differenceOf('body', recorded, now);
  const found: Difference[] = [];
  compareValues('body', one.value, other.value, 0, found);
  // Long numbers and names that come twice are lost in parsing.
  return found.length > 0 ? found : differenceOfParts(recorded, now);
}

/** Where an answer differs from the one that was recorded: in its status, and in its body, JSON value by value. */
export function answerDifferences(recorded: RecordedAnswer, now: Pick<Answer, 'status' | 'body'>): Difference[] {
  const isSame = recorded.status === now.status;
  const status = isSame ? [] : [{ path: 'status', recorded: String(recorded.status), now: String(now.status) }];
  const { body, encoding = 'utf8', truncated = false } = recorded;
  const recordedText = Buffer.from(body, encoding).toString('utf8');
  return [...status, ...compareBodies(recordedText, Buffer.from(now.body).toString('utf8'), truncated)];
}
