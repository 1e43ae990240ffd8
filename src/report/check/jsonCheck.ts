import { safeJson } from '../printable.ts';
import { type ShownSuite } from './shownSuite.ts';

/**
 * One JSON document with everything that is known about the run. Its names are a contract with scripts:
 *
 * - `verdict`: `passed`, `failed`, `unreachable` or `interrupted`; `strict`: whether a failed SHOULD fails the run.
 * - `stopped`: one sentence, when the run ended before its last check; else null.
 * - `url`, `messageUrl`: without passwords and tokens. `marker`, `leads`: what the run leaves in the CRM.
 * - `startedAt`: ISO 8601, UTC. `durationMs`: milliseconds. `requests`: how many were sent.
 * - `counts`: `passed`, `skipped`, and what failed by level: `must`, `should`, `may`.
 * - `checks`: in the order of the run, those that did not run included: `id`, `group`, `level` (`MUST`, `SHOULD`,
 *   `MAY`), `title`, `outcome` (`passed`, `failed`, `skipped`), `reason` (why skipped, else null), `means` and `mend`
 *   of a failure, `alone` (a command that runs it alone), `requests`, `durationMs`, and `findings`, empty unless it
 *   failed: `sent` (in words, request by request), `expected`, `received`, `advice` (what to do about this very
 *   finding, or null), `reproduction` (lines for a POSIX shell).
 */
export function jsonCheck({ plan, startedAt, results, ...suite }: ShownSuite): string {
  const { url, messageUrl, marker, leads } = plan;
  const { verdict, strict, stopped = null, counts, requests, durationMs } = suite;
  const document = {
    verdict,
    strict,
    stopped,
    url,
    messageUrl,
    marker,
    leads,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs),
    requests,
    counts,
    checks: results.map(({ reason = null, findings, ...result }) => ({
      ...result,
      durationMs: Math.round(result.durationMs * 1000) / 1000,
      reason,
      findings: findings.map(({ advice = null, ...finding }) => ({ ...finding, advice })),
    })),
  };
  return `${safeJson(document, 2)}\n`;
}
