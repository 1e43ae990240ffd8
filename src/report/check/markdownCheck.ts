import { type Level } from '../../conformance/check.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { formatBytes, formatDuration } from '../layout.ts';
import { printable } from '../printable.ts';
import { commandText, findingText, meaningText } from './failureText.ts';
import { fenced, htmlText, inlineCode, prose, tableCode, tableRow } from './markdown.ts';
import { earlyEnd } from './runEnd.ts';
import { type ShownFinding, type ShownResult, type ShownSuite } from './shownSuite.ts';

const levels: readonly Level[] = ['MUST', 'SHOULD', 'MAY'];

/** Lines in a code block do not wrap by themselves. */
const columns = 100;
const longestCell = 100;
const longestText = 2000;
const findingsShown = 3;
const longestReproduction = 8 * 1024;
/** GitHub drops a job summary of more than 1 MiB, and steps share it. */
const longestDetails = 256 * 1024;

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function summary({ verdict, counts, plan, requests, durationMs, startedAt, strict }: ShownSuite): string[] {
  const { passed, must, should, may, skipped } = counts;
  const mark = verdict === 'passed' ? '✅' : '❌';
  const messages = plan.messageUrl === plan.url ? '' : `, messages to ${code(plan.messageUrl)}`;
  const marked = plan.leads === 0 ? '' : `, marked ${code(plan.marker)}`;
  return [
    `## ${mark} Webhook check: ${verdict}`,
    '',
    `${code(plan.url)}${messages}`,
    '',
    tableRow(['passed', 'MUST failed', 'SHOULD failed', 'MAY failed', 'skipped']),
    tableRow(['--:', '--:', '--:', '--:', '--:']),
    tableRow([passed, must, should, may, skipped].map(String)),
    '',
    `${plural(requests, 'request')} in ${formatDuration(durationMs)} from ${startedAt.toISOString()}. ` +
      `A right handler creates ${plural(plan.leads, 'lead')} from them${marked}. ` +
      (strict ? 'A failed MUST or SHOULD fails the run.' : 'A failed MUST fails the run.'),
    '',
  ];
}

/** What failed, the worst first. */
function failuresOf(results: readonly ShownResult[]): ShownResult[] {
  return levels.flatMap((level) => results.filter((result) => result.outcome === 'failed' && result.level === level));
}

/** The beginning of a text of any length and origin, on one line. */
function brief(text: string, limit: number): string {
  return excerpt(printable(excerpt(text, limit)), limit);
}

/** A text of any length and origin, as code on one line. */
function code(text: string): string {
  return inlineCode(brief(text, 300));
}

function failureTable(failed: readonly ShownResult[]): string[] {
  if (failed.length === 0) return [];
  return [
    '### Failed',
    '',
    tableRow(['check', 'what a handler does', 'what this one did']),
    tableRow(['---', '---', '---']),
    ...failed.map(({ id, title, findings: [first] }) =>
      tableRow([inlineCode(id), prose(title), tableCode(brief(first?.received ?? '', longestCell))]),
    ),
    '',
  ];
}

const shortened = (finding: ShownFinding): ShownFinding => ({
  ...finding,
  sent: [excerpt(finding.sent.join(', then '), longestText)],
  expected: excerpt(finding.expected, longestText),
  received: excerpt(finding.received, longestText),
});

function reproductionText({ reproduction }: ShownFinding): string {
  const size = reproduction.reduce((sum, line) => sum + line.length, 0);
  return size <= longestReproduction
    ? reproduction.map(commandText).join('\n')
    : `# The commands that send this again are ${formatBytes(size)} long: see --report-json.`;
}

function details(result: ShownResult): string {
  const { id, title, level, findings, alone } = result;
  const more = findings.length - findingsShown;
  return [
    '<details>',
    `<summary><code>${id}</code> ${htmlText(title)}</summary>`,
    '',
    ...findings
      .slice(0, findingsShown)
      .flatMap((finding) => [
        fenced(findingText(shortened(finding), columns), 'text'),
        '',
        fenced(reproductionText(finding), 'sh'),
        '',
      ]),
    ...(more > 0 ? [`And ${plural(more, 'finding')} more of this ${level}.`, ''] : []),
    fenced(meaningText(result, columns), 'text'),
    '',
    'This check alone:',
    '',
    fenced(commandText(alone), 'sh'),
    '',
    '</details>',
    '',
  ].join('\n');
}

/** Details of failures, as many as there is room for. */
function allDetails(failed: readonly ShownResult[]): string[] {
  const shown: string[] = [];
  let size = 0;
  for (const result of failed) {
    const text = details(result);
    size += Buffer.byteLength(text);
    if (size > longestDetails) {
      return [...shown, `Details of ${failed.length - shown.length} more are left out here: see --report-json.`, ''];
    }
    shown.push(text);
  }
  return shown;
}

function skippedList(skipped: readonly ShownResult[]): string[] {
  if (skipped.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { id, reason = '' } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
  return [
    '### Skipped',
    '',
    ...[...byReason].map(([reason, ids]) => `- ${code(reason)}: ${ids.map(inlineCode).join(', ')}`),
    '',
  ];
}

function passedList(passed: readonly ShownResult[]): string[] {
  if (passed.length === 0) return [];
  return [
    '<details>',
    `<summary>${passed.length} passed</summary>`,
    '',
    ...passed.map(({ id, title }) => `- ${inlineCode(id)} ${prose(title)}`),
    '',
    '</details>',
    '',
  ];
}

/**
 * GitHub Flavored Markdown that fits a job summary: the verdict, what failed, why, and how to see it again. Text of
 * others stands in code only, where neither markup nor links nor mentions work, and is shortened.
 */
export function markdownCheck(suite: ShownSuite): string {
  const having = (outcome: 'passed' | 'skipped'): ShownResult[] =>
    suite.results.filter((result) => result.outcome === outcome);
  const failed = failuresOf(suite.results);
  const why = earlyEnd(suite);
  return [
    ...summary(suite),
    ...(why === undefined ? [] : [`**Why:** ${code(why)}`, '']),
    ...failureTable(failed),
    ...allDetails(failed),
    ...skippedList(having('skipped')),
    ...passedList(having('passed')),
  ].join('\n');
}
