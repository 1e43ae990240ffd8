import { type Finding, type Level } from '../../conformance/check.ts';
import { type Exchange } from '../../conformance/exchange.ts';
import { checkGroups, checks, type CheckId } from '../../conformance/checks.ts';
import {
  type CheckResult,
  countResults,
  type Counts,
  type Plan,
  type SuiteResult,
} from '../../conformance/suiteResult.ts';
import { shellOperand } from '../../protocol/shellQuote.ts';
import { shownAddress } from '../shownAddress.ts';
import { secretHider, shownCurl } from '../shownDelivery.ts';
import { runHider, type SecretSources } from './runHider.ts';

/** A finding as it may be shown: without secrets. What was received may still hold any text from the network. */
export interface ShownFinding {
  /** What was sent, in words, request by request. */
  readonly sent: readonly string[];
  readonly expected: string;
  readonly received: string;
  readonly advice: string | undefined;
  /** Lines for a POSIX shell that send the same again. */
  readonly reproduction: readonly string[];
}

export interface ShownResult {
  readonly id: CheckId;
  readonly group: string;
  readonly level: Level;
  readonly title: string;
  readonly outcome: CheckResult['outcome'];
  /** Why it was skipped. */
  readonly reason: string | undefined;
  readonly findings: readonly ShownFinding[];
  readonly means: string;
  readonly mend: string;
  /** A command that runs this check alone. */
  readonly alone: string;
  readonly requests: number;
  readonly durationMs: number;
}

export interface ShownSuite extends Pick<
  SuiteResult,
  'plan' | 'strict' | 'startedAt' | 'durationMs' | 'requests' | 'verdict'
> {
  readonly stopped: string | undefined;
  readonly counts: Counts;
  readonly results: readonly ShownResult[];
}

/** What a report needs beside the result. */
export interface SuiteView extends SecretSources {
  readonly showSecrets: boolean;
  /** How this program is called here: `npx roistat-hook`. */
  readonly invocation: string;
  /** The command line of this run, without what chooses checks; `--only` and an id are put behind it. */
  readonly command: string;
}

const groupOf = (id: CheckId): string =>
  Object.entries(checkGroups).find(([, group]) => Object.hasOwn(group, id))?.[0] ?? '';

/** Nothing to hide when secrets may be shown. */
function hiderFor(view: SuiteView): (text: string) => string {
  return view.showSecrets ? (text) => text : runHider(view);
}

interface ShellCall {
  /** What has to be set before. */
  readonly setUp: string | undefined;
  readonly curl: string;
}

function reproduce(exchange: Exchange, view: SuiteView): ShellCall {
  const { command: curl, lacks, user } = shownCurl(exchange, view.showSecrets);
  const command = exchange.request.tokenCommand ?? `roistat-hook token ${shellOperand(user)}`;
  const ours = command.replace(/^roistat-hook /, `${view.invocation} `);
  const setUp = lacks === 'token' && command !== '' ? `export ROISTAT_HOOK_TOKEN=$(${ours})` : undefined;
  // A handler may have put a secret where a further request takes it from: into the id of an order.
  return { setUp, curl: hiderFor(view)(curl) };
}

/**
 * Shell lines that send the exchanges again: one after another, or all at once. A token that they need is set in a
 * subshell: what is typed afterwards must not find it.
 */
function reproductionOf({ exchanges, atOnce = false }: Finding, view: SuiteView): string[] {
  const calls = exchanges.map((exchange) => reproduce(exchange, view));
  if (!atOnce) return calls.flatMap(({ setUp, curl }) => (setUp === undefined ? [curl] : [`(${setUp}`, `${curl})`]));
  const [setUp] = calls.flatMap((call) => call.setUp ?? []);
  const lines = [...(setUp === undefined ? [] : [setUp]), ...calls.map(({ curl }) => `${curl} &`), 'wait'];
  return [`(${lines[0]}`, ...lines.slice(1, -1), `${lines.at(-1)})`];
}

function shownFinding(finding: Finding, view: SuiteView): ShownFinding {
  const { showSecrets } = view;
  const hiders = [hiderFor(view), ...finding.exchanges.map(({ request }) => secretHider(request, showSecrets))];
  const hide = (text: string): string => hiders.reduce((hidden, hider) => hider(hidden), text);
  return {
    sent: finding.exchanges.map(({ label }) => label),
    expected: finding.expected,
    received: hide(finding.received),
    advice: finding.advice,
    reproduction: reproductionOf(finding, view),
  };
}

/** One result, ready to be shown in any format. */
export function shownResult(result: CheckResult, view: SuiteView): ShownResult {
  const { id, level, outcome, requests, durationMs } = result;
  const { title, means, mend } = checks[id];
  return {
    id,
    group: groupOf(id),
    level,
    title,
    outcome,
    reason: result.outcome === 'skipped' ? result.reason : undefined,
    findings: result.outcome === 'failed' ? result.findings.map((finding) => shownFinding(finding, view)) : [],
    means,
    mend,
    alone: `${view.command} --only ${id}`,
    requests,
    durationMs,
  };
}

/** A plan without the secrets of its addresses. */
export function shownPlan(plan: Plan, showSecrets: boolean): Plan {
  if (showSecrets) return plan;
  return { ...plan, url: shownAddress(plan.url), messageUrl: shownAddress(plan.messageUrl) };
}

/** A whole run, ready to be shown in any format: secrets are out of it. */
export function shownSuite(suite: SuiteResult, view: SuiteView): ShownSuite {
  const { strict, startedAt, durationMs, requests, verdict, results } = suite;
  const plan = shownPlan(suite.plan, view.showSecrets);
  const shown = results.map((result) => shownResult(result, view));
  // A sentence of a check is taken from its finding as it is shown, without secrets.
  const finding = shown.find(({ id }) => id === suite.stoppedBy)?.findings[0];
  const stopped = finding?.received ?? (suite.stopped && hiderFor(view)(suite.stopped));
  return {
    plan,
    strict,
    startedAt,
    durationMs,
    requests,
    verdict,
    stopped,
    counts: countResults(results),
    results: shown,
  };
}
