import { type MissGroup } from '../journal/misses.ts';
import { type JournalRecord } from '../journal/record.ts';
import { formatDuration, hanging } from './layout.ts';
import { printable, safeJson } from './printable.ts';
import { recordLine } from './recordLine.ts';
import { shown } from './shown.ts';
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
  readonly misses: { readonly groups: readonly MissGroup[]; readonly ungrouped: number };
}

export interface WaitReporter {
  readonly report: (result: WaitResult, style: Style) => string;
}

const recordsShown = 10;
const groupsShown = 5;

const nouns: Record<string, string> = { lead: 'lead', message: 'message', task: 'task', call: 'call' };

/** `1 lead`, `2 messages`, `3 records (action x)`. */
function counted(count: number, action: string | null | undefined, style: Style): string {
  const noun = typeof action === 'string' && Object.hasOwn(nouns, action) ? nouns[action] : undefined;
  const words = `${count} ${noun ?? 'record'}${count === 1 ? '' : 's'}`;
  if (noun !== undefined || action === undefined) return words;
  return action === null ? `${words} (no action)` : `${words} (action ${shown(action, style, 20)})`;
}

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

/** What stands there instead of what was wanted, such as `with another phone: +7999***22`. */
function reason({ clause, lacks, values }: MissGroup, style: Style): string {
  if (!clause) return '';
  const name = shown(clause.name, style, 20);
  if (lacks) return `without ${name}`;
  const unique = new Set(values.map((text) => shown(text, style, 24) || '(empty)'));
  const examples = Array.from(unique).join(', ');
  if (clause.op === '=') return `with another ${name}: ${examples}`;
  return `without "${shown(clause.value, style, 24)}" in ${name}: ${examples}`;
}

const total = (groups: readonly MissGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/** The nearest first: records of the wanted action that missed a clause, a line each; then the others, on one. */
function missLines({ groups, ungrouped }: WaitResult['misses'], style: Style): string[] {
  const near = groups.filter(({ clause }) => clause);
  const far = groups.filter(({ clause }) => !clause);
  const others = far.slice(0, groupsShown).map(({ count, action }) => counted(count, action, style));
  const more = total(near.slice(groupsShown)) + total(far.slice(groupsShown)) + ungrouped;
  return [
    ...near
      .slice(0, groupsShown)
      .map((group) => `${counted(group.count, group.action, style)} ${reason(group, style)}`),
    others.join(', '),
    more > 0 ? `${more} more` : '',
  ]
    .filter(Boolean)
    .map((line) => hanging('  ', line, style.columns));
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
      const others = missLines(result.misses, style);
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

/** A note for the operator about lines that do not count. `first` is `file:line: reason`. */
export function unreadableNote(count: number, first: string): string {
  const words =
    count === 1 ? '1 line cannot be read and does not count' : `${count} lines cannot be read and do not count`;
  return `${hanging('', `note: ${words}: ${printable(first)}${count > 1 ? ', …' : ''}`, 80)}\n`;
}
