import { unsafe } from '../protocol/unsafeCharacters.ts';

/** The same without halves of characters: without Unicode properties it is found in a fourth of the time. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const unsafeUnit = /[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** All that is unsafe, and more: it is looked for in less time, and most texts in Russian have none of it. */
const unusualUnit = /[^ -~\xa0-\u061b]/;

/** Whether there is nothing unsafe in a text that was read from UTF-8, which has no halves of characters. */
export function isHarmless(text: string): boolean {
  return !unusualUnit.test(text) || !unsafeUnit.test(text);
}

const names: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  return names[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Untrusted text on one line, safe for a terminal: what could move the cursor or hide text is escaped. */
export function printable(text: string): string {
  if (isHarmless(text) && text.isWellFormed()) return text;
  return text.replace(unsafe, escapeCharacter);
}

/** The same for a text of several lines: each line apart. */
export function printableLines(text: string): string[] {
  return text.split(/\r?\n/).map(printable);
}

/**
 * One line of JSON, safe for a terminal: JSON leaves some controls and direction marks raw inside of strings, and
 * escaping them there changes nothing for a parser.
 */
export function safeJson(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, null, indent);
  return json.replace(unsafe, (character) => (character === '\n' ? character : escapeCharacter(character)));
}
