import { type SendEnd } from '../../client/sendMany.ts';
import { type SendTally } from '../../client/sendTally.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { type Problem, type ProblemCode, problemCatalogue } from '../../protocol/problems.ts';
import { formatDuration, hanging } from '../layout.ts';
import { safeJson } from '../printable.ts';
import { problemLines } from '../problemLines.ts';
import { orderIdShown } from '../shownDelivery.ts';
import { type Style } from '../style.ts';
import { answersPerSecond, shownAnswerRate, shownRate } from './answerRate.ts';

/** How one of the leads is sent again, alone. */
export interface Again {
  readonly command: string;
  /** The options at the end of the command that other leads have, too, with values of their own. */
  readonly own: string;
}

/** Many leads that were sent, and what came of them. */
export interface BulkSummary {
  readonly tally: SendTally;
  readonly end: SendEnd;
  readonly concurrency: number;
  /** The rate that was asked for. */
  readonly rate: { readonly text: string; readonly intervalMs: number } | undefined;
  /** Seed of the first lead; that of the next one is one more. */
  readonly seed: number;
  /** Whether the seed makes the same leads but for their dates. */
  readonly isDatedByClock: boolean;
  /** Id and seed of a lead, by its number. */
  readonly nameOf: (index: number) => { readonly id: string; readonly seed: number };
  /** Takes secrets out of what a handler answered. */
  readonly hide: (text: string) => string;
  /** How a lead that was sent with this target is sent again; undefined where no command can. */
  readonly againOf: (index: number, target: string) => Again | undefined;
  /** Whether a command lacks secrets that were typed. */
  readonly lacksSecrets: (command: string) => boolean;
}

/** Turns the end of a run into text, whole lines. */
export interface BulkReporter {
  readonly report: (summary: BulkSummary, style: Style) => string;
}

const problemsShown = 10;
/** A rate that was missed by less is as good as kept. */
const keptShare = 0.95;

/** A problem, how many leads have it, and the first of them. */
interface ShownCount extends Problem {
  readonly count: number;
  readonly leadId: string;
  readonly seed: number;
  readonly orderId: string | undefined;
  readonly again: Again | undefined;
}

/** An order that two leads got cannot be seen in one of them. */
const needsOthers = (code: ProblemCode): boolean => code === 'order-id-shared';

function shownCounts({ tally, nameOf, hide, againOf }: BulkSummary): ShownCount[] {
  const all = Array.from(tally.problems.values(), ({ count, first: { index, target, problem, orderId } }) => {
    const { id: leadId, seed } = nameOf(index);
    return {
      ...problem,
      detail: hide(problem.detail),
      count,
      leadId,
      seed,
      orderId: orderId === undefined ? undefined : excerpt(hide(orderId), orderIdShown),
      again: needsOthers(problem.code) ? undefined : againOf(index, target),
    };
  });
  return all.toSorted((a, b) => b.count - a.count);
}

/** The command that sends the first rejected lead again, or else the first that has a problem. */
function mainAgain({ tally: { firstRejected }, againOf }: BulkSummary, counts: readonly ShownCount[]) {
  if (firstRejected) return againOf(firstRejected.index, firstRejected.target);
  return counts.find(({ again }) => again !== undefined)?.again;
}

function headLine({ tally, end }: BulkSummary, { chalk, columns }: Style): string {
  const { sent, accepted, rejected, unreachable, unfinished } = tally;
  const shared = tally.problems.get('order-id-shared')?.count ?? 0;
  const facts = [
    `${sent} lead${sent === 1 ? '' : 's'} in ${formatDuration(end.durationMs)}`,
    tally.answered > 0 ? shownAnswerRate(tally, end.durationMs) : '',
    accepted > 0 ? `${accepted} accepted` : '',
    rejected > 0 ? `${rejected} rejected` : '',
    unreachable > 0 ? `${unreachable} not answered` : '',
    unfinished > 0 ? `${unfinished} not waited for` : '',
    shared > 0 ? `${shared} with the order of another client` : '',
  ];
  const isWell = end.kind === 'done' && rejected === 0 && unreachable === 0 && shared === 0;
  const label = { done: '', interrupted: 'interrupted: ', unreachable: 'stopped: ' }[end.kind];
  const text = hanging(isWell ? '✓ ' : '✗ ', label + facts.filter(Boolean).join(', '), columns);
  return chalk.bold(isWell ? chalk.green(text) : chalk.red(text));
}

/** Requests without an answer took no time that is known: it says of how many it speaks. */
function answersLine({ latencies, answered }: SendTally): string[] {
  const { max } = latencies;
  if (max === undefined) return [];
  const parts = [50, 90, 99].map((percent) => `p${percent} ${formatDuration(latencies.percentile(percent) ?? 0)}`);
  const of = `of ${answered} answer${answered === 1 ? '' : 's'}`;
  return [`  Answers   ${parts.join(', ')}, max ${formatDuration(max)} ${of}`];
}

/** Says so where the handler was too slow for the rate: then the load was less than what was asked for. */
function rateLine({ tally, end, rate, concurrency }: BulkSummary, { columns }: Style): string[] {
  if (!rate || end.kind !== 'done' || tally.sent < 2) return [];
  const reached = (tally.sent - 1) / (Math.max(end.durationMs, 1) / 1000);
  if (reached >= (1000 / rate.intervalMs) * keptShare) return [];
  const text = `${shownRate(reached)} instead of ${rate.text}: all ${concurrency} were under way; give more --concurrency`;
  return [hanging('  Rate      ', text, columns)];
}

/** What the command of another lead has to say instead, where it is not the one that is printed. */
function ownAgain({ again }: ShownCount, main: Again | undefined): string[] {
  // Not wrapped, for it is copied.
  return again === undefined || again.command === main?.command ? [] : [`    → Again, below, but with ${again.own}`];
}

function countLines(count: ShownCount, style: Style): string[] {
  const times = count.count === 1 ? 'once' : `${count.count} times, first`;
  // The sender sees the values that the sender gave, so nothing is masked here.
  return problemLines(
    { ...count, detail: `${times} for lead ${count.leadId}: ${count.detail}` },
    { ...style, showPii: true },
    '  ',
    false,
  );
}

const human: BulkReporter = {
  report(summary, style) {
    const { tally, seed, isDatedByClock, lacksSecrets } = summary;
    const counts = shownCounts(summary);
    const again = mainAgain(summary, counts);
    const more = counts.length - problemsShown;
    const lines = [
      headLine(summary, style),
      ...answersLine(tally),
      ...rateLine(summary, style),
      `  Seed      ${seed}${isDatedByClock ? ' (--seed makes these leads again, but for their dates)' : ''}`,
      ...counts
        .slice(0, problemsShown)
        .flatMap((count) => [
          ...countLines(count, style),
          ...ownAgain(count, again).map((line) => style.chalk.dim(line)),
        ]),
      ...(more > 0 ? [`  … ${more} more kinds of problems`] : []),
      ...(again === undefined ? [] : [`  Again     ${again.command}`]),
      ...(again !== undefined && lacksSecrets(again.command)
        ? [
            hanging(
              '            ',
              '(passwords, tokens and what is masked as *** have to be given again)',
              style.columns,
            ),
          ]
        : []),
    ];
    return `${lines.join('\n')}\n`;
  },
};

const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 1000) / 1000;

const json: BulkReporter = {
  report(summary) {
    const { tally, end, concurrency, rate, seed } = summary;
    const counts = shownCounts(summary);
    const { sent, accepted, rejected, unreachable, unfinished, latencies } = tally;
    return `${safeJson(
      {
        end: end.kind,
        sent,
        accepted,
        rejected,
        unreachable,
        unfinished,
        problems: counts.map(({ code, severity, count, path, detail, leadId, seed: own, orderId, again }) => {
          const { means, hint } = problemCatalogue[code];
          return {
            code,
            severity,
            count,
            means,
            hint,
            first: { leadId, seed: own, orderId: orderId ?? null, path, detail, again: again?.command ?? null },
          };
        }),
        p50Ms: rounded(latencies.percentile(50)),
        p90Ms: rounded(latencies.percentile(90)),
        p99Ms: rounded(latencies.percentile(99)),
        maxMs: rounded(latencies.max),
        durationMs: rounded(end.durationMs),
        requestsPerSecond: rounded(answersPerSecond(tally, end.durationMs)),
        concurrency,
        ratePerSecond: rate ? rounded(1000 / rate.intervalMs) : null,
        seed,
        again: mainAgain(summary, counts)?.command ?? null,
      },
      2,
    )}\n`;
  },
};

/** Reporters by the form of their text; `json` gives one document. */
export const bulkReporters = { human, json } satisfies Record<string, BulkReporter>;
