/** A text in single quotes, as a POSIX shell takes it literally. */
export const singleQuote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A word as a POSIX shell takes it literally. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : singleQuote(word);
}

/** A word as the first operand of a command, which must not take it for an option. */
export function shellOperand(word: string): string {
  return `${word.startsWith('-') ? '-- ' : ''}${shellQuote(word)}`;
}
