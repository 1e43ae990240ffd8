import { encodeComponent } from './encodeQuery.ts';

/** Constant pieces at even places, names of values at odd ones. */
const partsOf = (text: string): string[] => text.split(/\{(\w+)\}/);

/** A text with places for values, each named in braces: `Звонок от {digits}`. Taken apart once, filled many times. */
export class Pattern<Name extends string> {
  readonly #start: string;
  /** Each with the constant piece behind it. */
  readonly #places: ReadonlyArray<{ readonly name: Name; readonly after: string }>;

  constructor(text: string) {
    const [start = '', ...parts] = partsOf(text);
    this.#start = start;
    this.#places = Array.from({ length: parts.length / 2 }, (_, index) => {
      return { name: parts[2 * index] as Name, after: parts[2 * index + 1] ?? '' };
    });
  }

  /** The text with the values in their places. */
  fill(values: Readonly<Record<Name, string>>): string {
    let text = this.#start;
    for (const { name, after } of this.#places) text += values[name] + after;
    return text;
  }
}

/** The pattern of the encoded text: its values are to be encoded as well. Names stay, for encoding leaves no brace. */
export function encodePattern(text: string): string {
  return partsOf(text)
    .map((part, index) => (index % 2 === 0 ? encodeComponent(part) : `{${part}}`))
    .join('');
}
