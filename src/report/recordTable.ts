import { type JournalRecord } from '../journal/record.ts';
import { displayWidth, padWidth, toWidth } from './displayWidth.ts';
import { type MakeReporter } from './logReporter.ts';
import { printable } from './printable.ts';
import { type Column, columnOf, defaultColumns, shownValueOf } from './recordColumns.ts';
import { lookedAt, shown } from './shown.ts';
import { type Style } from './style.ts';

/** Rows that are waited for, so that the columns fit what stands in them. */
const mostHeld = 500;
/** No column is made narrower, whatever the room. */
const leastWidth = 4;
/** No column that nothing cuts is made wider for its longest values: they stand out instead. */
const mostPadding = 60;

/** One less than is looked at, so that a value that is cut there ends in `…`, too. */
const longestValue = lookedAt - 1;

type Cells = readonly string[];

/** What each column needs: its name, the values of the rows, and what is usual where there may be further rows. */
interface Needs {
  readonly columns: readonly Column[];
  readonly header: Cells;
  readonly rows: readonly Cells[];
  readonly isAll: boolean;
}

/** Makes the widest of these columns narrower, until all fit. */
function giveWay(widths: number[], which: readonly number[], room: number): void {
  const excess = (): number => widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)) - room;
  for (let left = excess(); left > 0; left -= 1) {
    const widest = Math.max(...which.map((index) => widths[index] ?? 0));
    if (widest <= leastWidth) return;
    const last = which.findLast((index) => widths[index] === widest);
    if (last !== undefined) widths[last] = widest - 1;
  }
}

const longest = (cells: Cells): number => Math.max(0, ...cells.map(displayWidth));

/**
 * Widths of columns side by side. Where there is no room those without any text give way first, then the widest, and the
 * time last, for half of it says nothing; where there is more, the last one takes it if further rows may need it.
 */
function widthsOf({ columns, header, rows, isAll }: Needs, room: number): number[] {
  const texts = columns.map((_, index) => longest(rows.map((cells) => cells[index] ?? '')));
  const widths = columns.map(({ width }, index) =>
    Math.max(displayWidth(header[index] ?? ''), isAll ? 0 : width, texts[index] ?? 0),
  );
  if (room === Number.POSITIVE_INFINITY) return widths.map((width) => Math.min(width, mostPadding));
  const all = [...columns.keys()];
  const empty = isAll ? all.filter((index) => texts[index] === 0) : [];
  const others = all.filter((index) => columns[index]?.givesWayLast !== true);
  for (const which of [empty, others, all]) giveWay(widths, which, room);
  const left = room - widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1));
  return isAll ? widths : [...widths.slice(0, -1), (widths.at(-1) ?? 0) + Math.max(0, left)];
}

const unmasked = (style: Style): Style => ({ ...style, showPii: true });

/** A row: cut to the widths on a terminal; in a pipe values are whole, and a long one moves those behind it. */
function rowText(cells: Cells, widths: readonly number[], { lineColumns }: Style): string {
  const isCut = lineColumns !== Number.POSITIVE_INFINITY;
  const fit = isCut ? toWidth : padWidth;
  const fitted = cells.map((cell, index) => fit(cell, widths[index] ?? 0));
  return `${fitted.join('  ').trimEnd()}\n`;
}

/** Columns side by side, as wide as what stands in them as far as there is room. */
export const recordTable: MakeReporter = (style, names = defaultColumns, goesOn = false) => {
  const columns = names.map(columnOf);
  const header = names.map((name) => printable(name));
  let held: Cells[] = [];
  let widths: readonly number[] | undefined;
  const cellsOf = (record: JournalRecord): Cells =>
    columns.map((column) => shown(shownValueOf(column, record, style), unmasked(style), longestValue));
  const begin = (isAll: boolean): string => {
    const fitting = widthsOf({ columns, header, rows: held, isAll }, style.lineColumns);
    const text = held.map((cells) => rowText(cells, fitting, style)).join('');
    widths = fitting;
    held = [];
    return style.chalk.dim(rowText(header, fitting, style)) + text;
  };
  return {
    header: goesOn ? begin(false) : '',
    record(record) {
      const cells = cellsOf(record);
      if (widths) return rowText(cells, widths, style);
      held.push(cells);
      return held.length < mostHeld ? '' : begin(false);
    },
    end: () => (widths ? '' : begin(true)),
  };
};
