import { type JournalRecord } from '../journal/record.ts';
import { formatDuration, hanging } from './layout.ts';
import { counted, missLines, type ShownMisses } from './missLines.ts';
import { printable, safeJson } from './printable.ts';
import { recordLine } from './recordLine.ts';
import { type Style } from './style.ts';

/** What `wait` saw in a journal folder. */
export interface WaitResult {
  readonly verdict: 'seen' | 'timed-out';
  /** The folder as it was given, and where that is. */
  readonly logDir: string;
  readonly path: string;
  readonly isThere: boolean;
  /** The action that was wanted; undefined for any. */
  readonly action: string | undefined;
  readonly wanted: number;
  /** Records that matched, and all that could be read. */
  readonly matched: number;
  readonly seen: number;
  readonly unreadable: number;
  readonly waitedMs: number;
  /** The matching records, at most as many as were wanted. */
  readonly records: readonly JournalRecord[];
  /** The others, by what they lack; and the number of those that are in no group. */
  readonly misses: ShownMisses;
}

export interface WaitReporter {
  readonly report: (result: WaitResult, style: Style) => string;
}

const recordsShown = 10;

function heading({ verdict, matched, wanted, action, logDir, waitedMs }: WaitResult, style: Style): string {
  const { chalk } = style;
  const place = ` in ${printable(logDir)} after ${formatDuration(waitedMs)}`;
  const what = counted(wanted, action, style);
  return chalk.bold(
    verdict === 'seen' ? chalk.green(`✓ ${what}${place}`) : chalk.red(`✗ ${matched} of ${what}${place}`),
  );
}

function recordLines(records: readonly JournalRecord[], style: Style): string[] {
  const more = records.length - recordsShown;
  const lines = records.slice(0, recordsShown).map((record) => recordLine(record, style, '  '));
  return more > 0 ? [...lines, `  … ${more} more`] : lines;
}

/** Why there may be nothing to see. */
function emptyLines({ isThere, path, seen, unreadable }: WaitResult, style: Style): string[] {
  if (seen > 0 || unreadable > 0) return [];
  const what = isThere ? 'has no records' : 'does not exist';
  const hint = 'Is serve running, and does it write there? Give the folder of its --log-dir.';
  return [
    hanging('  ', `${printable(path)} ${what}.`, style.columns),
    style.chalk.dim(hanging('  → ', hint, style.columns)),
  ];
}

const human: WaitReporter = {
  report(result, style) {
    const lines = [heading(result, style), ...recordLines(result.records, style)];
    if (result.verdict === 'timed-out') {
      const others = missLines(result.misses, ['--order'], style);
      lines.push(...(others.length > 0 ? ['Others:', ...others] : []), ...emptyLines(result, style));
    }
    return `${lines.join('\n')}\n`;
  },
};

/** The records stand in it as they stand in the journal: scripts compare them with what they sent. */
const json: WaitReporter = {
  report({ verdict, wanted, matched, seen, unreadable, waitedMs, records }) {
    const document = { verdict, wanted, matched, seen, unreadable, waitedMs: Math.round(waitedMs), records };
    return `${safeJson(document, 2)}\n`;
  },
};

export const waitReporters = { human, json } satisfies Record<string, WaitReporter>;

/** What a log that stands still ends with: what is being waited for. */
export function waitingNote(
  { count, action, logDir, timeout }: { count: number; action?: string; logDir: string; timeout: number },
  style: Style,
): string {
  const what = `${counted(count, action, style)} in ${printable(logDir)}`;
  return `Waiting up to ${formatDuration(timeout)} for ${what}\n`;
}
