/** Longest run of backticks in a text. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** Text on one line as inline code, whatever stands in it. */
export function inlineCode(text: string): string {
  // Empty code is no code. A blank on each side is not part of it, and keeps backticks apart.
  const padding = text === '' || /^[` ]|[` ]$/.test(text) ? ' ' : '';
  const fence = '`'.repeat(longestRun(text) + 1);
  return `${fence}${padding}${text}${padding}${fence}`;
}

/** The same for a table, where a bar ends the cell even in code; one after a backslash cannot be written at all. */
export function tableCode(text: string): string {
  return inlineCode(text.replaceAll('|', '¦'));
}

/** A row of a table. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A sentence of ours, whose characters are not to be taken for markup. Not for text of others: mentions get through. */
export function prose(text: string): string {
  return text.replace(/[\\`*_{}[\]<>&|~#]/g, String.raw`\$&`);
}

/** A sentence of ours inside of HTML, where backslashes escape nothing. */
export function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Lines as a block of code, whatever stands in them. */
export function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}
