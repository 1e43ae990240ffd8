import { type CheckId } from './checks.ts';
import { type Level, type Verdict } from './check.ts';

/** A check that ran, or did not. */
export type CheckResult = Verdict & {
  readonly id: CheckId;
  readonly level: Level;
  /** Requests that were sent for it alone. */
  readonly requests: number;
  readonly durationMs: number;
};

/** What a run is about to do. */
export interface Plan {
  readonly ids: readonly CheckId[];
  /** Leads that a right handler takes from these checks. */
  readonly leads: number;
  readonly marker: string;
  readonly url: string;
  readonly messageUrl: string;
}

export interface SuiteResult {
  readonly plan: Plan;
  /** Whether a failed SHOULD fails the run, too. */
  readonly strict: boolean;
  readonly startedAt: Date;
  readonly durationMs: number;
  /** One for each id of the plan, in its order. */
  readonly results: readonly CheckResult[];
  readonly requests: number;
  /** One sentence, when the run ended before its last check. */
  readonly stopped: string | undefined;
  /** The check whose finding that sentence is. */
  readonly stoppedBy: CheckId | undefined;
  /**
   * `unreachable` when no request was ever answered, `interrupted` when somebody stopped the run; `failed` when a MUST
   * failed or with `strict` a SHOULD, or when the run ended early.
   */
  readonly verdict: 'passed' | 'failed' | 'unreachable' | 'interrupted';
}

/** Whether a check of this level fails the run when it fails. */
export function failsRun(level: Level, strict: boolean): boolean {
  return level === 'MUST' || (strict && level === 'SHOULD');
}

/** How many checks ended how. */
export interface Counts {
  readonly passed: number;
  /** Failed checks by level. */
  readonly must: number;
  readonly should: number;
  readonly may: number;
  readonly skipped: number;
}

export function countResults(results: ReadonlyArray<Pick<CheckResult, 'outcome' | 'level'>>): Counts {
  const failed = (level: Level): number =>
    results.filter((result) => result.outcome === 'failed' && result.level === level).length;
  return {
    passed: results.filter(({ outcome }) => outcome === 'passed').length,
    must: failed('MUST'),
    should: failed('SHOULD'),
    may: failed('MAY'),
    skipped: results.filter(({ outcome }) => outcome === 'skipped').length,
  };
}
