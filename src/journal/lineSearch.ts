import { type RecordFilter } from './filter.ts';
import { type NecessaryText, necessaryTexts } from './necessaryText.ts';

const newline = 0x0a;
const escapeMark = Buffer.from('\\u');

/** Lines of the beginning that are all looked at, so that there is something to say where none matches. */
export const lookedAt = 500;

/** Bytes in which it is seen how rare something is. */
const mostSampled = 128 * 1024;

/**
 * Bytes that are searched for. Up to seven are looked for by jumping from one first byte to the next; for more, Node takes
 * a way that is slower with texts as short as these.
 */
const mostBytes = 7;

/** What is searched for: the text is in a line only if these bytes are. */
interface Needle {
  readonly bytes: Buffer;
  /** All of the text, of which these are a part. */
  readonly text: Buffer;
  readonly mayBeEscaped: boolean;
}

function countOf(bytes: Buffer, sample: Buffer): number {
  let count = 0;
  for (let at = sample.indexOf(bytes); at >= 0; at = sample.indexOf(bytes, at + 1)) count += 1;
  return count;
}

/** The parts of a text that may be searched for. */
function needlesOf({ text, mayBeEscaped }: NecessaryText): Needle[] {
  const all = Buffer.from(text);
  const length = Math.min(mostBytes, all.length);
  return Array.from({ length: all.length - length + 1 }, (_, start) => ({
    bytes: all.subarray(start, start + length),
    text: all,
    mayBeEscaped,
  }));
}

/** The needle that is rarest in the sample; of those, the one whose first byte is, for the search stops at each. */
function rarest(texts: readonly NecessaryText[], sample: Buffer): Needle {
  const all = texts.flatMap(needlesOf).map((needle) => ({
    needle,
    count: countOf(needle.bytes, sample),
    firsts: countOf(needle.bytes.subarray(0, 1), sample),
  }));
  return all.toSorted((a, b) => a.count - b.count || a.firsts - b.firsts)[0]!.needle;
}

/** Where lines begin and end (without their newlines), two numbers a line. */
export type Places = readonly number[];

/** All lines in bytes from `start` up to `end`; the last one may have no newline. */
export function linePlaces(bytes: Buffer, start = 0, end = bytes.length): number[] {
  const places: number[] = [];
  for (let at = start; at < end;) {
    const found = bytes.indexOf(newline, at);
    const lineEnd = found < 0 ? end : found;
    places.push(at, lineEnd);
    at = lineEnd + 1;
  }
  return places;
}

/** Where the first lines end, so many of them; or where the last ones begin. */
function parting(bytes: Buffer, lines: number, fromEnd: boolean): number {
  let at = fromEnd ? bytes.length : 0;
  for (let count = 0; count < lines; count += 1) {
    // A place before the first byte would be taken for one that is counted from the end.
    if (fromEnd && at < 2) return 0;
    const found = fromEnd ? bytes.lastIndexOf(newline, at - 2) : bytes.indexOf(newline, at);
    if (found < 0) return fromEnd ? 0 : bytes.length;
    at = found + 1;
  }
  return at;
}

/**
 * Finds the lines that may hold what a filter wants by their bytes, so that no others need to be read: each such line,
 * and now and then one more. Some lines of the beginning are among them, whatever they hold.
 */
export class LineSearch {
  readonly #texts: readonly NecessaryText[];
  #lookedAt = 0;
  #needle: Needle | undefined;
  #hasPassedOver = false;

  private constructor(texts: readonly NecessaryText[]) {
    this.#texts = texts;
  }

  /** A search for one reading, of whatever files; undefined where the filter names nothing that can be searched for. */
  static for(filter: RecordFilter): LineSearch | undefined {
    const texts = necessaryTexts(filter);
    return texts.length > 0 ? new LineSearch(texts) : undefined;
  }

  /** Whether there were lines that were not looked at. */
  get hasPassedOver(): boolean {
    return this.#hasPassedOver;
  }

  /**
   * Where those lines stand among these, the last of which may have no newline. With `fromEnd` the last lines are the
   * beginning.
   */
  places(lines: Buffer, fromEnd = false): Places {
    const wanted = lookedAt - this.#lookedAt;
    if (wanted <= 0) return this.#search(lines, 0, lines.length);
    const at = parting(lines, wanted, fromEnd);
    const all = fromEnd ? linePlaces(lines, at) : linePlaces(lines, 0, at);
    this.#lookedAt += all.length / 2;
    return fromEnd ? [...this.#search(lines, 0, at), ...all] : [...all, ...this.#search(lines, at, lines.length)];
  }

  #search(all: Buffer, from: number, to: number): Places {
    if (from === to) return [];
    const lines = all.subarray(from, to);
    this.#needle ??= rarest(this.#texts, lines.subarray(0, mostSampled));
    const { bytes, text, mayBeEscaped } = this.#needle;
    const isAll = bytes.length === text.length;
    const places: number[] = [];
    let taken = 0;
    let found = lines.indexOf(bytes);
    let escaped = mayBeEscaped ? lines.indexOf(escapeMark) : -1;
    while (found >= 0 || escaped >= 0) {
      const at = found < 0 || (escaped >= 0 && escaped < found) ? escaped : found;
      const start = lines.lastIndexOf(newline, at) + 1;
      const newlineAt = lines.indexOf(newline, at);
      const end = newlineAt < 0 ? lines.length : newlineAt;
      if (isAll || (escaped >= 0 && escaped < end) || lines.subarray(start, end).includes(text)) {
        places.push(from + start, from + end);
        taken += end + 1 - start;
      }
      if (found >= 0 && found < end) found = lines.indexOf(bytes, end);
      if (escaped >= 0 && escaped < end) escaped = lines.indexOf(escapeMark, end);
    }
    this.#hasPassedOver ||= taken < lines.length;
    return places;
  }
}
