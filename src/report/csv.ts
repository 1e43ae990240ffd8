/** How cells are parted: by RFC 4180, or as Excel opens a file where numbers are written with a comma (Russia). */
export interface CsvDialect {
  readonly separator: ',' | ';';
  /** What the file begins with. */
  readonly start: string;
}

export const csvDialects = {
  standard: { separator: ',', start: '' },
  // Without the mark Excel takes UTF-8 for Windows-1251.
  excel: { separator: ';', start: '\ufeff' },
} satisfies Record<string, CsvDialect>;

/** What a spreadsheet may take for a formula, blanks before it included; the wide forms count in some languages. */
const formulaStart = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/** A sign and digits, such as +79990001122, or masked +7999***22: a number at most, which can call nothing. */
const harmless = /^[+-]\d+(?:\*{3}\d+)?$/;

/**
 * A cell. What a spreadsheet would run as a formula gets an apostrophe before it, as OWASP advises ("CSV injection"),
 * but a phone stays a phone.
 */
function csvCell(text: string, separator: string): string {
  const guarded = formulaStart.test(text) && !harmless.test(text) ? `'${text}` : text;
  if (!guarded.includes(separator) && !/["\r\n]/.test(guarded)) return guarded;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** A row with its end. A row of one empty cell is quoted, for else it would be an empty line. */
export function csvRow(cells: readonly string[], { separator }: CsvDialect): string {
  const row = cells.map((cell) => csvCell(cell, separator)).join(separator);
  return `${row === '' ? '""' : row}\r\n`;
}
