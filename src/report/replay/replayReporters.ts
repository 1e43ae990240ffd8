import { isUtf8 } from 'node:buffer';
import { type ReplayEnd } from '../../client/replayRecords.ts';
import { type ReplayTally } from '../../client/replayTally.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { formatDuration, hanging } from '../layout.ts';
import { printable, safeJson } from '../printable.ts';
import { problemLines } from '../problemLines.ts';
import { idOf, subjectOf } from '../recordLine.ts';
import { type Style } from '../style.ts';
import { type Difference } from './answerDifferences.ts';
import { type Replayed, type ShownReplayed, shownReplayed } from './shownReplay.ts';

/** A replay that came to its end, one way or another. */
interface ReplaySummary {
  readonly tally: ReplayTally;
  readonly end: ReplayEnd['kind'];
  /** Where the next run goes on, `RUN:SEQ`; undefined when there is nothing left, or nothing was done. */
  readonly resumeAfter: string | undefined;
  readonly durationMs: number;
  readonly isDryRun: boolean;
}

/** Turns a replay into text, whole lines. One reporter for one run: it remembers what it has explained. */
export interface ReplayReporter {
  readonly replayed: (replayed: Replayed, style: Style) => string;
  readonly summary: (summary: ReplaySummary, style: Style) => string;
}

const differencesShown = 5;
const nothing = '(nothing)';

/** `body.order_id` as `order_id`; a `status` in the body keeps its place, for the answer has one, too. */
function readablePath(path: string): string {
  return printable(path === 'body.status' ? path : path.replace(/^body\.(?!$)/, ''));
}

function differenceLines(differences: ShownReplayed['differences'], style: Style): string[] {
  const { chalk, columns } = style;
  if (differences === undefined) return [];
  if (differences === 'incomparable') return [chalk.dim('    no recorded answer to compare with')];
  const more = differences.length - differencesShown;
  const text = ({ path, recorded = nothing, now = nothing }: Difference): string =>
    chalk.yellow(hanging('    ', `${readablePath(path)}: ${printable(recorded)} → ${printable(now)}`, columns));
  return [...differences.slice(0, differencesShown).map(text), ...(more > 0 ? [`    … ${more} more`] : [])];
}

function readableUrl(url: string): string {
  const bytes = Buffer.from(url, 'latin1');
  return printable(isUtf8(bytes) ? bytes.toString('utf8') : url);
}

function headLine(
  { record, verdict, reason, status, orderId, durationMs, problems }: ShownReplayed,
  style: Style,
): string {
  const { chalk, lineColumns } = style;
  const facts = [
    status === undefined ? '' : String(status),
    orderId === undefined ? '' : `order_id ${excerpt(printable(orderId), 40)}`,
    durationMs === undefined ? '' : formatDuration(durationMs),
    reason === undefined ? '' : `not sent again: ${printable(reason)}`,
    problems.map(({ code }) => code).join(', '),
  ];
  const subject = subjectOf(record, style) || (record.method === null ? 'no request' : 'no action');
  const start = `#${record.seq}`.padEnd(5);
  const rest = `  ${facts.filter(Boolean).join('  ')}`;
  const padded = subject.padEnd(12);
  const room = Math.max(20, lineColumns - 2 - start.length - 1 - padded.length);
  const shownRest = excerpt(rest, room);
  const mark = verdict === 'skipped' ? chalk.dim('-') : verdict === 'accepted' ? chalk.green('✓') : chalk.red('✗');
  return `${mark} ${start} ${chalk.bold(padded)}${shownRest}`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const byCount = (counts: ReadonlyMap<string, number>): Array<[string, number]> =>
  Array.from(counts).toSorted(([, a], [, b]) => b - a);

function countsText(counts: ReadonlyMap<string, number>, name = (text: string): string => text): string {
  const [...all] = byCount(counts);
  const more = all.length - 10;
  const shown = all.slice(0, 10).map(([text, count]) => `${name(text)} ×${count}`);
  return [...shown, ...(more > 0 ? [`${more} more kinds`] : [])].join(', ');
}

function summaryLines({ tally, end, durationMs, isDryRun }: ReplaySummary, style: Style): string[] {
  const { accepted, rejected, unreachable, skipped, sent, notSent, latencies, different, incomparable } = tally;
  const verdicts = [
    accepted > 0 ? `${accepted} accepted` : '',
    rejected > 0 ? `${rejected} rejected` : '',
    unreachable > 0 ? `${unreachable} not answered` : '',
    skipped > 0 ? `${skipped} not sent again (${countsText(tally.reasons)})` : '',
  ].filter(Boolean);
  const what = isDryRun
    ? `${plural(notSent, 'request')} would be sent`
    : `${plural(sent, 'request')} in ${formatDuration(durationMs)}`;
  const isWell = end === 'done' && rejected === 0 && unreachable === 0;
  const label = end === 'interrupted' ? 'interrupted: ' : end === 'done' ? '' : 'stopped: ';
  const { chalk, columns } = style;
  const text = hanging(isWell ? '✓ ' : '✗ ', `${label}${[what, ...verdicts].join(', ')}`, columns);
  const p50 = latencies.percentile(50);
  return [
    chalk.bold(isWell ? chalk.green(text) : chalk.red(text)),
    ...(tally.problems.size === 0 ? [] : [hanging('  Problems  ', countsText(tally.problems), columns)]),
    ...(p50 === undefined ? [] : [`  Answers   p50 ${formatDuration(p50)}, max ${formatDuration(latencies.max ?? 0)}`]),
    ...(different === 0
      ? []
      : [hanging('  Differ    ', `${different}: ${countsText(tally.paths, readablePath)}`, columns)]),
    ...(incomparable === 0 ? [] : [`  ${plural(incomparable, 'record')} without an answer to compare with`]),
  ];
}

function makeHuman(): ReplayReporter {
  const explained = new Set<string>();
  return {
    replayed(replayed, style) {
      const shown = shownReplayed(replayed, style);
      if (shown.verdict === 'not-sent') return `${readableUrl(shown.url ?? '')}\n`;
      // The text of a problem is already without personal data where it has to be.
      const open = { ...style, showPii: true };
      const problems = shown.problems.flatMap((problem) => {
        const isNew = !explained.has(problem.code);
        explained.add(problem.code);
        if (isNew) return problemLines(problem, open, '  ', false);
        return problem.severity === 'error' ? problemLines(problem, open, '  ', false).slice(0, 1) : [];
      });
      return `${[headLine(shown, style), ...problems, ...differenceLines(shown.differences, style)].join('\n')}\n`;
    },
    // The addresses alone are the result of a dry run.
    summary: (summary, style) => (summary.isDryRun ? '' : `\n${summaryLines(summary, style).join('\n')}\n`),
  };
}

const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms * 1000) / 1000);

function jsonDifferences(differences: readonly Difference[] | 'incomparable') {
  if (differences === 'incomparable') return null;
  return differences.map(({ path, recorded = null, now = null }) => ({ path, recorded, now }));
}

const json: ReplayReporter = {
  replayed(replayed, style) {
    const shown = shownReplayed(replayed, style);
    const { record, verdict, reason, action, status, orderId, durationMs, problems, differences, url } = shown;
    const { run, seq, receivedAt } = record;
    return `${safeJson({
      type: 'exchange',
      run,
      seq,
      receivedAt,
      action: action || null,
      id: idOf(record),
      verdict,
      ...(reason === undefined ? {} : { reason }),
      ...(verdict === 'not-sent' ? { url } : {}),
      status: status ?? null,
      orderId: orderId ?? null,
      durationMs: rounded(durationMs),
      problems,
      ...(differences === undefined ? {} : { differences: jsonDifferences(differences) }),
    })}\n`;
  },
  summary({ tally, end, resumeAfter, durationMs }) {
    const { accepted, rejected, unreachable, notSent, skipped, sent, different, incomparable, latencies } = tally;
    return `${safeJson({
      type: 'summary',
      end,
      sent,
      accepted,
      rejected,
      unreachable,
      notSent,
      skipped,
      problems: Object.fromEntries(tally.problems),
      skippedReasons: Object.fromEntries(tally.reasons),
      different,
      incomparable,
      differences: Object.fromEntries(tally.paths),
      p50Ms: rounded(latencies.percentile(50)),
      maxMs: rounded(latencies.max),
      durationMs: rounded(durationMs),
      resumeAfter: resumeAfter ?? null,
    })}\n`;
  },
};

/** Makers of reporters by the form of their text. */
export const replayReporters = { human: makeHuman, json: () => json } satisfies Record<string, () => ReplayReporter>;
