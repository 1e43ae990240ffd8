/** A JSON value found in a text, with what stands around it (empty when nothing but white space does). */
export interface FoundJson {
  readonly value: unknown;
  readonly before: string;
  readonly after: string;
}

/** Places tried before a text counts as one without JSON; keeps the search linear on hostile bodies. */
const attempts = 20;

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The index after the brace that closes the one at `start`, or -1; braces inside of strings do not count. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

const isJsonSpace = (character: string | undefined): boolean =>
  character === ' ' || character === '\n' || character === '\r' || character === '\t';

/** A text without the white space of JSON around it: `trim` takes off a BOM or a no-break space, which parsers refuse. */
function trimJson(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isJsonSpace(text[start])) start += 1;
  while (end > start && isJsonSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const hasStatus = (value: unknown): boolean => typeof value === 'object' && value !== null && 'status' in value;

/**
 * The JSON of an answer: the whole text, or else the JSON object inside of it (one with a status before any other),
 * with what stands around it. Undefined when there is none.
 */
export function findJson(text: string): FoundJson | undefined {
  const whole = parse(text);
  if (whole) return { value: whole.value, before: '', after: '' };
  let first: FoundJson | undefined;
  let start = text.indexOf('{');
  for (let attempt = 0; start >= 0 && attempt < attempts; attempt += 1) {
    const end = closingBrace(text, start);
    const object = end < 0 ? undefined : parse(text.slice(start, end));
    if (object) {
      const found = { ...object, before: trimJson(text.slice(0, start)), after: trimJson(text.slice(end)) };
      if (hasStatus(found.value)) return found;
      first ??= found;
    }
    start = text.indexOf('{', start + 1);
  }
  return first;
}
