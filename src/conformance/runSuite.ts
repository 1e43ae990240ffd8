import { notUpYet } from '../client/whenUp.ts';
import { type Check, skipped, type Verdict } from './check.ts';
import { type Exchange } from './exchange.ts';
import { type CheckId, checks } from './checks.ts';
import { describeErrors, saysOk } from './describeAnswer.ts';
import { Probe, type ProbeOptions } from './probe.ts';
import { type CheckResult, failsRun, type Plan, type SuiteResult } from './suiteResult.ts';

export interface SuiteOptions extends ProbeOptions {
  readonly ids: readonly CheckId[];
  /** Fail on a SHOULD, too. */
  readonly strict: boolean;
  /** Ends the run; what is known by then is the result. */
  readonly signal: AbortSignal;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
  /** Called after each check that ran. */
  readonly onResult: (result: CheckResult) => void;
}

/** What a run with these options is about to do. */
export function planOf({
  ids,
  marker,
  webhook,
  messageWebhook,
}: Pick<SuiteOptions, 'ids' | 'marker' | 'webhook' | 'messageWebhook'>): Plan {
  const chosen = ids.map((id): Check => checks[id]);
  const reference = chosen.some(({ usesReference }) => usesReference) ? 1 : 0;
  const leads = chosen.reduce((sum, check) => sum + check.leads, reference);
  return { ids, leads, marker, url: webhook.href, messageUrl: messageWebhook.href };
}

/** A limit of the rate of requests says nothing about the handler behind it. */
const isLimited = ({ answer }: Exchange): boolean => answer?.status === 429;

/** Checks in a row that got no answer at all before the run gives up. */
const silentChecksAllowed = 2;

/** Notices that a handler which answered before does so no longer. */
class Watch {
  #silentChecks = 0;
  #hasAnswered = false;

  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /** Takes the exchanges of one check; gives the reason to stop, if there is one. */
  see(exchanges: readonly Exchange[]): string | undefined {
    const silent = exchanges.filter(({ verdict }) => verdict === 'unreachable');
    if (silent.length < exchanges.length) this.#hasAnswered = true;
    const last = exchanges.at(-1);
    const isGone = last?.verdict === 'unreachable' && notUpYet.has(last.problems[0]?.code ?? '');
    if (isGone) return 'the handler cannot be reached any more';
    if (exchanges.some(isLimited)) return 'the handler refuses further requests (HTTP 429, a limit of their rate)';
    if (exchanges.length > 0) this.#silentChecks = silent.length === exchanges.length ? this.#silentChecks + 1 : 0;
    return this.#silentChecks >= silentChecksAllowed ? 'the handler answers no longer' : undefined;
  }
}

/** The sentence that ends a run after a check whose failure makes all further ones pointless. */
function reasonToStop(check: Check, verdict: Verdict): string | undefined {
  return check.stops && verdict.outcome === 'failed' ? verdict.findings[0].received : undefined;
}

/**
 * Looks whether the reference lead is taken, for a choice of checks that need it and do not say what is wrong with it.
 * Without this they would all be skipped or pass for nothing.
 */
async function refusalOfReference(probe: Probe, chosen: readonly Check[]): Promise<string | undefined> {
  const isNeeded = chosen.some(({ usesReference }) => usesReference);
  if (!isNeeded || chosen.some(({ judgesReference }) => judgesReference)) return undefined;
  const reference = await probe.reference();
  return saysOk(reference)
    ? undefined
    : `a plain lead is not taken (${describeErrors(reference)}); see why with --only contact,answer`;
}

/** A run in which checks were skipped and none passed has shown nothing good. */
function nothingShown(results: readonly CheckResult[]): string | undefined {
  if (results.some(({ outcome }) => outcome === 'passed')) return undefined;
  const [skippedOne] = results.flatMap((result) => (result.outcome === 'skipped' ? [result.reason] : []));
  return skippedOne === undefined ? undefined : `no check passed: ${skippedOne}`;
}

/** A request of a check got no answer of the handler: that is a failure, whatever the check makes of it. */
function withSilence(verdict: Verdict, exchanges: readonly Exchange[]): Verdict {
  const silent = exchanges.find((exchange) => exchange.verdict === 'unreachable' || isLimited(exchange));
  if (!silent || verdict.outcome === 'failed') return verdict;
  const received = describeErrors(silent);
  return { outcome: 'failed', findings: [{ expected: 'an answer of the handler', received, exchanges: [silent] }] };
}

/**
 * Runs the checks in their order, one request after another but for those that check two at once. Never rejects on
 * account of the handler.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { ids, strict, signal, elapsed, onResult, now } = options;
  const chosen = ids.map((id): Check => checks[id]);
  const probe = new Probe(options);
  const watch = new Watch();
  const startedAt = now();
  const start = elapsed();
  const results: CheckResult[] = [];
  let stopped: string | undefined;
  let stoppedBy: CheckId | undefined;
  try {
    stopped = await refusalOfReference(probe, chosen);
  } catch (error) {
    if (!signal.aborted) throw error;
    stopped = 'interrupted';
  }
  const first = probe.takeExchanges();
  watch.see(first);
  let requests = first.length;
  for (const id of ids) {
    const check: Check = checks[id];
    if (stopped !== undefined) {
      results.push({ ...skipped('the run ended before'), id, level: check.level, requests: 0, durationMs: 0 });
      continue;
    }
    const began = elapsed();
    let verdict: Verdict;
    try {
      verdict = await check.run(probe);
    } catch (error) {
      if (!signal.aborted) throw error;
      verdict = skipped('interrupted');
    }
    const sent = probe.takeExchanges();
    verdict = withSilence(verdict, sent);
    const end = watch.see(sent);
    const reason = reasonToStop(check, verdict);
    if (reason !== undefined) stoppedBy = id;
    stopped = signal.aborted ? 'interrupted' : (reason ?? (end && `${end} since ${id}`));
    requests += sent.length;
    const result = { ...verdict, id, level: check.level, requests: sent.length, durationMs: elapsed() - began };
    results.push(result);
    onResult(result);
  }
  stopped ??= nothingShown(results);
  // A handler that is gone half-way has not passed what was not asked any more.
  const hasFailed =
    stopped !== undefined || results.some(({ outcome, level }) => outcome === 'failed' && failsRun(level, strict));
  const isUnreachable = requests > 0 && !watch.hasAnswered;
  return {
    plan: planOf(options),
    strict,
    startedAt,
    durationMs: elapsed() - start,
    results,
    requests,
    stopped,
    stoppedBy: signal.aborted ? undefined : stoppedBy,
    verdict: signal.aborted ? 'interrupted' : isUnreachable ? 'unreachable' : hasFailed ? 'failed' : 'passed',
  };
}
