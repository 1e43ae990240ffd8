import { failsRun } from '../../conformance/suiteResult.ts';
import { type ShownResult, type ShownSuite } from './shownSuite.ts';

/** Whether a result fails the run: a failed MUST, and with --strict a failed SHOULD. */
export function isFailure({ outcome, level }: ShownResult, { strict }: ShownSuite): boolean {
  return outcome === 'failed' && failsRun(level, strict);
}

/** Why the run did not go as planned to its end, as one sentence; undefined when it did. */
export function earlyEnd({ stopped, verdict }: ShownSuite): string | undefined {
  if (stopped !== undefined) return stopped;
  if (verdict === 'unreachable') return 'no request was answered';
  return verdict === 'interrupted' ? 'interrupted' : undefined;
}
