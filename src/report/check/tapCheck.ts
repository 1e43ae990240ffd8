import { formatDuration } from '../layout.ts';
import { printable, safeJson } from '../printable.ts';
import { failureSentence } from './failureText.ts';
import { earlyEnd, isFailure } from './runEnd.ts';
import { type ShownFinding, type ShownResult, type ShownSuite } from './shownSuite.ts';

/** A description or reason on one line: a backslash and a "#" are escaped, as TAP 14 asks for. */
function tapText(text: string): string {
  // A "{" at the end of a line begins a subtest for some parsers, so it does not stand there.
  return printable(text)
    .replace(/[\\#]/g, String.raw`\$&`)
    .replace(/\{\s*$/, '{.');
}

/** A text as YAML has it: JSON in double quotes is YAML, too. The two characters are the last that YAML forbids. */
function quoted(text: string): string {
  return safeJson(text).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** A list of texts, each on its line. */
function list(key: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [`${key}: []`] : [`${key}:`, ...texts.map((text) => `  - ${quoted(text)}`)];
}

function findingLines({ sent, expected, received, advice, reproduction }: ShownFinding): string[] {
  const [first = '', ...others] = [
    ...list('sent', sent),
    `expected: ${quoted(expected)}`,
    `received: ${quoted(received)}`,
    ...(advice === undefined ? [] : [`mend: ${quoted(advice)}`]),
    ...list('reproduction', reproduction),
  ];
  return [`  - ${first}`, ...others.map((line) => `    ${line}`)];
}

function diagnosis(result: ShownResult, suite: ShownSuite): string[] {
  const duration = `duration_ms: ${result.durationMs.toFixed(3)}`;
  if (result.outcome !== 'failed') return [duration];
  return [
    duration,
    `message: ${quoted(failureSentence(result))}`,
    `severity: ${isFailure(result, suite) ? 'fail' : 'todo'}`,
    `level: ${result.level}`,
    'findings:',
    ...result.findings.flatMap(findingLines),
    `means: ${quoted(result.means)}`,
    `mend: ${quoted(result.mend)}`,
    `alone: ${quoted(result.alone)}`,
  ];
}

/** TODO is TAP's word for what is not ok and yet fails nothing: a failed SHOULD (without --strict) or MAY. */
function directive(result: ShownResult, suite: ShownSuite): string {
  if (result.outcome === 'skipped') return ` # SKIP ${tapText(result.reason ?? '')}`;
  return result.outcome === 'failed' && !isFailure(result, suite) ? ` # TODO it is a ${result.level}` : '';
}

function testPoint(result: ShownResult, index: number, suite: ShownSuite): string[] {
  const { id, title, outcome } = result;
  const ok = outcome === 'failed' ? 'not ok' : 'ok';
  const line = `${ok} ${index + 1} - ${tapText(`${id}: ${title}`)}${directive(result, suite)}`;
  return outcome === 'skipped'
    ? [line]
    : [line, '  ---', ...diagnosis(result, suite).map((text) => `  ${text}`), '  ...'];
}

/**
 * TAP version 14: a test point a check, in the order of the run, with what was sent and received as YAML. A run that
 * ended early bails out after its last line; the checks that did not run any more are skipped.
 */
export function tapCheck(suite: ShownSuite): string {
  const { plan, results, requests, durationMs, verdict } = suite;
  const why = earlyEnd(suite);
  const lines = [
    'TAP version 14',
    `1..${results.length}`,
    `# ${printable(plan.url)}, marker ${printable(plan.marker)}, leads that a right handler creates: ${plan.leads}`,
    ...results.flatMap((result, index) => [
      ...(result.group === results[index - 1]?.group ? [] : [`# ${result.group}`]),
      ...testPoint(result, index, suite),
    ]),
    `# ${verdict}; requests: ${requests}, time: ${formatDuration(durationMs)}`,
    ...(why === undefined ? [] : [`Bail out! ${tapText(why)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
