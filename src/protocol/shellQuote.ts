import { unsafe } from './unsafeCharacters.ts';

/** A text in single quotes, as a POSIX shell takes it literally. */
export const singleQuote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const octal = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/**
 * A word as a shell takes it literally, also when it is pasted into one: what could act on the terminal is written in
 * numbers, byte by byte, for bash knows \u in some locales alone. Only then must it be bash or zsh, else any POSIX shell
 * will do. Line feeds stay, for they are harmless within quotes. A NUL cannot be in a word.
 */
export function shellQuote(word: string): string {
  // zsh takes a word that begins with `=` for the name of a program.
  if (/^(?!=)[\w@%+=:,./-]+$/.test(word)) return word;
  if (word.replaceAll('\n', '').search(unsafe) < 0) return singleQuote(word);
  // The quote as well: older bash, when it looks for `!`, would take it for the end of these quotes.
  const written = word
    .replace(/[\\']/g, octal)
    .replace(unsafe, (character) => (character === '\n' ? character : octal(character)));
  return `$'${written}'`;
}

/** A word as the first operand of a command, which must not take it for an option. */
export function shellOperand(word: string): string {
  return `${word.startsWith('-') ? '-- ' : ''}${shellQuote(word)}`;
}
