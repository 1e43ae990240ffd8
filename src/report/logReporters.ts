import { csvDialects, csvRow } from './csv.ts';
import { type MakeReporter } from './logReporter.ts';
import { isHarmless, printableLines, safeJson } from './printable.ts';
import { columnOf, defaultColumns, shownValueOf } from './recordColumns.ts';
import { localDay, recordLine } from './recordLine.ts';
import { recordTable } from './recordTable.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** The day on this machine, `2026-11-22, Sunday`. */
const headingOf = (iso: string): string => `${localDay(iso)}, ${weekdays[new Date(iso).getDay()]}`;

/** One line a record, and one wherever a new day begins. */
const lines: MakeReporter = (style) => {
  let lastDay = '';
  return {
    header: '',
    record(record) {
      const day = headingOf(record.receivedAt);
      const heading = day === lastDay ? '' : `${style.chalk.dim(day)}\n`;
      lastDay = day;
      return `${heading}${recordLine(record, style, '')}\n`;
    },
  };
};

/** As they stand in the journal: scripts compare them with what they sent. */
const json: MakeReporter = () => ({
  header: '',
  // A line that is safe as it stands need not be made anew, which takes longer than to read it.
  record: (record, line) => `${line !== undefined && isHarmless(line) ? line : safeJson(record)}\n`,
});

/** All of a value, its lines kept, but nothing that a terminal would obey. */
const csvText = (value: string): string => printableLines(value).join('\n');

const makeCsv =
  (kind: keyof typeof csvDialects): MakeReporter =>
  (style, names = defaultColumns) => {
    const dialect = csvDialects[kind];
    const columns = names.map(columnOf);
    const row = (cells: readonly string[]): string => csvRow(cells.map(csvText), dialect);
    return {
      header: dialect.start + row(names),
      record: (record) => row(columns.map((column) => shownValueOf(column, record, style))),
    };
  };

export const logReporters = {
  lines,
  table: recordTable,
  json,
  csv: makeCsv('standard'),
  excel: makeCsv('excel'),
} satisfies Record<string, MakeReporter>;
