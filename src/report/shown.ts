import { excerpt } from '../protocol/excerpt.ts';
import { maskPii } from './maskPii.ts';
import { printable } from './printable.ts';
import { type Style } from './style.ts';

/** Characters of a value from the network that are looked at; no line has room for more. */
export const lookedAt = 300;

/** Untrusted text for a line of a terminal: at most `limit` characters, phones and addresses masked unless wanted. */
export function shown(text: string, style: Style, limit: number): string {
  const beginning = text.slice(0, lookedAt);
  const masked = printable(style.showPii ? beginning : maskPii(beginning));
  return excerpt(masked, limit);
}
