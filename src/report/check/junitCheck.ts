import { printable } from '../printable.ts';
import { xmlElement, xmlText } from '../xml.ts';
import { failureSentence, failureText } from './failureText.ts';
import { earlyEnd, isFailure } from './runEnd.ts';
import { type ShownResult, type ShownSuite } from './shownSuite.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function sum(results: readonly ShownResult[]): number {
  return results.reduce((total, { durationMs }) => total + durationMs, 0);
}

/** An element that says something: in an attribute, where Azure Pipelines looks, and as text, where GitLab does. */
function saying(name: string, type: string | undefined, message: string, text: string): string {
  return xmlElement(name, { type, message }, [xmlText(text)]);
}

/**
 * What became of a check. A failed SHOULD (without --strict) or MAY must not turn a build red. JUnit knows no warning;
 * as a passed test with <system-out> the finding would show in Jenkins only, for GitLab, Azure Pipelines and the
 * GitHub actions drop the output of passed tests. All of them list skipped tests, and most with their message, so it
 * is skipped, as pytest reports its expected failures.
 */
function outcomeOf(result: ShownResult, suite: ShownSuite): string[] {
  const { outcome, level } = result;
  if (outcome === 'passed') return [];
  if (outcome === 'skipped') {
    const reason = printable(result.reason ?? '');
    return [saying('skipped', undefined, reason, reason)];
  }
  const sentence = failureSentence(result);
  if (isFailure(result, suite)) return [saying('failure', level, sentence, failureText(result))];
  return [saying('skipped', level, `failed, but it is a ${level}: ${sentence}`, failureText(result))];
}

function testCase(result: ShownResult, suite: ShownSuite): string {
  const { id, group, title, durationMs } = result;
  // The id first: it is what --only takes, and it stays the same from build to build.
  const attributes = { name: `${id}: ${title}`, classname: `roistat-hook.${group}`, time: seconds(durationMs) };
  return xmlElement('testcase', attributes, outcomeOf(result, suite));
}

interface Group {
  readonly name: string;
  readonly results: ShownResult[];
  /** Milliseconds of the run before it. */
  readonly beginsMs: number;
}

function groupsOf(results: readonly ShownResult[]): Group[] {
  const groups: Group[] = [];
  let beginsMs = 0;
  for (const result of results) {
    const last = groups.at(-1);
    if (last?.name === result.group) last.results.push(result);
    else groups.push({ name: result.group, results: [result], beginsMs });
    beginsMs += result.durationMs;
  }
  return groups;
}

function properties({ plan, verdict, requests }: ShownSuite): string {
  const { url, messageUrl, marker, leads } = plan;
  const values = { url, messageUrl, marker, leads: String(leads), verdict, requests: String(requests) };
  return xmlElement(
    'properties',
    {},
    Object.entries(values).map(([name, value]) => xmlElement('property', { name, value: printable(value) })),
  );
}

function testSuite({ name, results, beginsMs }: Group, suite: ShownSuite): string {
  const failures = results.filter((result) => isFailure(result, suite)).length;
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  return xmlElement(
    'testsuite',
    {
      name,
      tests: String(results.length),
      failures: String(failures),
      errors: '0',
      skipped: String(results.length - failures - passed),
      time: seconds(sum(results)),
      timestamp: new Date(suite.startedAt.getTime() + beginsMs).toISOString(),
    },
    ['\n', properties(suite), ...results.flatMap((result) => ['\n', testCase(result, suite)]), '\n'],
  );
}

/** A run that ended early without a failed MUST to show for it: a test of its own, for the report must not look well. */
function brokenRun(why: string, { verdict, startedAt }: ShownSuite): string {
  const counts = { tests: '1', failures: '0', errors: '1', skipped: '0', time: '0.000' };
  const reason = printable(why);
  return xmlElement('testsuite', { name: 'run', ...counts, timestamp: startedAt.toISOString() }, [
    '\n',
    xmlElement('testcase', { name: 'the run comes to its end', classname: 'roistat-hook.run', time: '0.000' }, [
      saying('error', verdict, reason, reason),
    ]),
    '\n',
  ]);
}

/**
 * JUnit XML as Jenkins, GitLab, Azure Pipelines and the GitHub actions read it: a <testsuite> a group, a <testcase> a
 * check. Controls and direction marks of what a handler answered are written out (`\u001b`), as on a terminal.
 *
 * Written by ourselves, for of the libraries that look after forbidden characters none is smaller than its use here.
 */
export function junitCheck(suite: ShownSuite): string {
  const { results, durationMs } = suite;
  const failures = results.filter((result) => isFailure(result, suite)).length;
  const why = failures === 0 ? earlyEnd(suite) : undefined;
  const isBroken = why !== undefined;
  const suites = groupsOf(results).map((group) => testSuite(group, suite));
  const document = xmlElement(
    'testsuites',
    {
      name: 'roistat-hook check',
      tests: String(results.length + (isBroken ? 1 : 0)),
      failures: String(failures),
      errors: isBroken ? '1' : '0',
      time: seconds(durationMs),
    },
    [...[...suites, ...(isBroken ? [brokenRun(why, suite)] : [])].flatMap((text) => ['\n', text]), '\n'],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`;
}
