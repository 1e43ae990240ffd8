import { type JournalRecord } from '../journal/record.ts';
import { csvDialects, csvRow } from './csv.ts';
import { toWidth } from './displayWidth.ts';
import { isHarmless, printable, printableLines, safeJson } from './printable.ts';
import { columnOf, defaultColumns } from './recordColumns.ts';
import { localDay, recordLine } from './recordLine.ts';
import { shown } from './shown.ts';
import { type Style } from './style.ts';

/** Turns records into text one by one: whole lines. */
interface LogReporter {
  /** What stands before the first record; empty for nothing. */
  readonly header: string;
  /** `line` is what the record was read from, where that is known. */
  readonly record: (record: JournalRecord, line?: string) => string;
}

type MakeReporter = (style: Style, columns?: readonly string[]) => LogReporter;

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

type Columns = ReadonlyArray<ReturnType<typeof columnOf>>;

/** No column is made narrower, whatever the room. */
const leastWidth = 4;

/** Widths of columns side by side: the widest give way where there is no room, and the last one takes what is left. */
function widthsOf(names: readonly string[], columns: Columns, room: number): number[] {
  const widths = names.map((name, index) => Math.max(name.length, columns[index]?.width ?? 0));
  const left = (): number => room - widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1));
  for (let widest = Math.max(...widths); left() < 0 && widest > leastWidth; widest = Math.max(...widths)) {
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return [...widths.slice(0, -1), (widths.at(-1) ?? 0) + Math.max(0, left())];
}

const valueOf = ({ value, mask }: Columns[number], record: JournalRecord, { showPii }: Style): string =>
  showPii ? value(record) : mask(value(record));

const unmasked = (style: Style): Style => ({ ...style, showPii: true });

const table: MakeReporter = (style, names = defaultColumns) => {
  const columns = names.map(columnOf);
  const widths = widthsOf(names, columns, style.columns);
  const row = (cells: readonly string[]): string =>
    `${cells
      .map((cell, index) => toWidth(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return {
    header: style.chalk.dim(row(names.map(printable))),
    record: (record) =>
      row(columns.map((column, index) => shown(valueOf(column, record, style), unmasked(style), widths[index] ?? 0))),
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
      record: (record) => row(columns.map((column) => valueOf(column, record, style))),
    };
  };

export const logReporters = {
  lines,
  table,
  json,
  csv: makeCsv('standard'),
  excel: makeCsv('excel'),
} satisfies Record<string, MakeReporter>;
