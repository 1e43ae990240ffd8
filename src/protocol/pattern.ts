import { encodeComponent } from './encodeQuery.ts';

/** Constant pieces at even places, names of values at odd ones. */
const partsOf = (text: string): string[] => text.split(/\{(\w+)\}/);

/** A text with places for values, each named in braces: `Звонок от {digits}`. Taken apart once, filled many times. */
export class Pattern<Name extends string> {
  readonly #parts: readonly string[];

  constructor(text: string) {
    this.#parts = partsOf(text);
  }

  /** The text with the values in their places, each as `write` gives it. */
  fill(values: Readonly<Record<Name, string>>, write = (value: string): string => value): string {
    let text = '';
    for (let index = 0; index < this.#parts.length; index += 1) {
      const part = this.#parts[index] ?? '';
      text += index % 2 === 0 ? part : write(values[part as Name]);
    }
    return text;
  }
}

/** The pattern of the encoded text: its values are to be encoded as well. Names stay, for encoding leaves no brace. */
export function encodePattern(text: string): string {
  return partsOf(text)
    .map((part, index) => (index % 2 === 0 ? encodeComponent(part) : `{${part}}`))
    .join('');
}
