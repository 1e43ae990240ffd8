import { type Level } from '../../conformance/check.ts';
import { type Plan } from '../../conformance/suiteResult.ts';
import { formatBytes, formatDuration, hanging } from '../layout.ts';
import { printable } from '../printable.ts';
import { type Style } from '../style.ts';
import { type ShownFinding, type ShownResult, type ShownSuite } from './shownSuite.ts';

const marks: Record<Level, string> = { MUST: '✗', SHOULD: '!', MAY: 'i' };

function paint(level: Level, text: string, { chalk }: Style): string {
  return { MUST: chalk.red, SHOULD: chalk.yellow, MAY: chalk.cyan }[level](text);
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** What the run will do, before it does: it makes leads in somebody's CRM. */
export function planText({ ids, leads, marker, url, messageUrl }: Plan, { columns }: Style): string {
  const messages = messageUrl === url ? '' : `, messages to ${printable(withoutQuery(messageUrl))}`;
  const marked = leads === 0 ? '' : `, marked "${printable(marker)}" in title and text`;
  const text = `${plural(ids.length, 'check')} of ${printable(withoutQuery(url))}${messages}; a right handler will create ${plural(leads, 'order')}${marked}.`;
  return `${hanging('', text, columns)}\n`;
}

function withoutQuery(address: string): string {
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

/** A line for a check that has just ended; `before` is the result in front of it, for headings and repetitions. */
export function resultText(result: ShownResult, before: ShownResult | undefined, style: Style): string {
  const { chalk, columns } = style;
  const { group, level, title, outcome, reason } = result;
  const heading = before?.group === group ? '' : `\n${chalk.bold(group)}\n`;
  if (outcome === 'passed') return `${heading}${chalk.green('  ✓')} ${title}\n`;
  if (outcome === 'failed') return `${heading}${paint(level, hanging(`  ${marks[level]} `, title, columns), style)}\n`;
  const because = before?.reason === reason && before?.group === group ? '' : ` (skipped: ${printable(reason ?? '')})`;
  return `${heading}${chalk.dim(hanging('  - ', title + because, columns))}\n`;
}

/** Findings of one check that are shown in full. */
const findingsShown = 2;

function row(label: string, text: string, { columns }: Style): string {
  return hanging(`  ${label.padEnd(9)}`, printable(text), columns);
}

function findingLines({ sent, expected, received }: ShownFinding, style: Style): string[] {
  return [
    row('Sent', sent.join(', then '), style),
    row('Expected', expected, style),
    row('Received', received, style),
    '',
  ];
}

/** What to do: the advice of the findings that are shown, or else that of the check. */
function adviceLines({ findings, mend }: ShownResult, style: Style): string[] {
  const advice = findings.slice(0, findingsShown).flatMap((finding) => finding.advice ?? []);
  return (advice.length > 0 ? [...new Set(advice)] : [mend]).map((text) => row('Fix', text, style));
}

/** Longer commands do not help on a screen. */
const longestReproduction = 64 * 1024;

function reproductionLines(finding: ShownFinding | undefined): string[] {
  const lines = finding?.reproduction ?? [];
  const size = lines.reduce((sum, line) => sum + line.length, 0);
  return size > longestReproduction ? [`(a command of ${formatBytes(size)}: see --json)`] : lines.map(printable);
}

function failureText(result: ShownResult, style: Style): string {
  const { id, level, title, findings, means, alone } = result;
  const more = findings.slice(findingsShown);
  const others = more.map(({ sent }) => sent.join(', then ')).join('; ');
  return [
    style.chalk.bold(paint(level, hanging(`${marks[level]} `, `${id}: ${title}`, style.columns), style)),
    ...findings.slice(0, findingsShown).flatMap((finding) => findingLines(finding, style)),
    ...(more.length === 0 ? [] : [row('Also', `${more.length} more: ${others}`, style), '']),
    row('Means', means, style),
    ...adviceLines(result, style),
    // Not wrapped: these lines are there to be copied.
    ...reproductionLines(findings[0]).map((line, index) => `  ${(index === 0 ? 'Again' : '').padEnd(9)}${line}`),
    `  ${'Alone'.padEnd(9)}${printable(alone)}`,
    '',
  ].join('\n');
}

function summaryText({ counts, requests, durationMs, verdict, stopped }: ShownSuite, style: Style): string {
  const { passed, must, should, may, skipped } = counts;
  const failures = [
    must > 0 ? `${must} MUST failed` : '',
    should > 0 ? `${should} SHOULD failed` : '',
    may > 0 ? plural(may, 'remark') : '',
  ].filter(Boolean);
  const facts = [...failures, `${passed} passed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
  const label = verdict === 'passed' && must + should > 0 ? 'passed with warnings' : verdict;
  const text = `${label}: ${facts}; ${plural(requests, 'request')} in ${formatDuration(durationMs)}`;
  const { chalk, columns } = style;
  const line =
    verdict === 'passed' ? chalk.green(hanging('✓ ', text, columns)) : chalk.red(hanging('✗ ', text, columns));
  const why = stopped === undefined ? '' : `${hanging('  ', `Why: ${printable(stopped)}`, columns)}\n`;
  return `${chalk.bold(line)}\n${why}`;
}

/** The failures in detail and the summary; the lines of the checks came before. */
export function conclusionText(suite: ShownSuite, style: Style): string {
  const failed = suite.results.filter(({ outcome }) => outcome === 'failed');
  return ['', ...failed.map((result) => failureText(result, style)), summaryText(suite, style)].join('\n');
}
