import { type Count, type DayCount, type RecordSummary } from '../journal/recordSummary.ts';
import { safeJson } from './printable.ts';
import { shown } from './shown.ts';
import { type Style } from './style.ts';

/** What `log --summary` prints. */
interface SummaryReporter {
  readonly report: (summary: RecordSummary, unreadable: number, style: Style) => string;
}

const rowsShown = 10;
const daysShown = 31;
const longestBar = 40;
const labelWidth = 26;

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');

interface Row {
  readonly label: string;
  readonly count: number;
  /** What stands behind the bar. */
  readonly remark: string;
}

/** A bar of whole and half blocks; never empty for what is there. */
function bar(share: number, width: number): string {
  const halves = Math.max(1, Math.round(share * width * 2));
  return '█'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▌' : '');
}

function chart(title: string, rows: readonly Row[], more: string, style: Style): string[] {
  if (rows.length === 0) return [];
  const { chalk, columns } = style;
  const most = Math.max(...rows.map(({ count }) => count));
  const digits = grouped(most).length;
  const remarks = Math.max(...rows.map(({ remark }) => remark.length));
  const width = Math.max(5, Math.min(longestBar, columns - labelWidth - digits - remarks - 6));
  const lines = rows.map(({ label, count, remark }) => {
    const start = `  ${label.padEnd(labelWidth - 2)}${grouped(count).padStart(digits + 1)}  `;
    return start + chalk.cyan(bar(count / most, width)) + (remark === '' ? '' : `  ${remark}`);
  });
  return ['', chalk.bold(title), ...lines, ...(more === '' ? [] : [`  ${more}`])];
}

function names(title: string, counts: readonly Count[], others: number, style: Style): string[] {
  const rows = counts.slice(0, rowsShown).map(({ name, count }) => ({
    label: shown(name, style, labelWidth - 3) || '(none)',
    count,
    remark: '',
  }));
  const rest = counts.slice(rowsShown).reduce((sum, { count }) => sum + count, others);
  return chart(title, rows, rest === 0 ? '' : `… ${grouped(rest)} more`, style);
}

/** The verdicts of a day that its operator should look at. */
function remarkOf({ verdicts }: DayCount): string {
  return (['odd', 'rejected', 'unanswered', 'injected'] as const)
    .flatMap((verdict) => (verdicts[verdict] === undefined ? [] : [`${grouped(verdicts[verdict])} ${verdict}`]))
    .join(', ');
}

function days(all: readonly DayCount[], uncounted: number, style: Style): string[] {
  const rows = all.slice(-daysShown).map((day) => ({ label: day.day, count: day.count, remark: remarkOf(day) }));
  const before = all.slice(0, -daysShown).reduce((sum, { count }) => sum + count, uncounted);
  return chart('By day', rows, before === 0 ? '' : `${grouped(before)} on other days`, style);
}

const human: SummaryReporter = {
  report(summary, unreadable, style) {
    const { records, uncounted } = summary;
    const total = `${grouped(records)} record${records === 1 ? '' : 's'}`;
    const lines = [
      style.chalk.bold(unreadable === 0 ? total : `${total}, ${grouped(unreadable)} unreadable`),
      ...days(summary.days, uncounted.days, style),
      ...names('By action', summary.actions, uncounted.actions, style),
      ...names('Leads by source (guessed from the title)', summary.sources, 0, style),
      ...names('By verdict', summary.verdicts, 0, style),
      ...names('Problems (records that have them)', summary.problems, uncounted.problems, style),
    ];
    return `${lines.join('\n')}\n`;
  },
};

const json: SummaryReporter = {
  report({ records, days: byDay, actions, sources, verdicts, problems, uncounted }, unreadable) {
    const document = { records, unreadable, days: byDay, actions, sources, verdicts, problems, uncounted };
    return `${safeJson(document, 2)}\n`;
  },
};

export const summaryReporters = { human, json } satisfies Record<string, SummaryReporter>;
