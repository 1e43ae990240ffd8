import { type Problem, problem } from '../protocol/problems.ts';

/** Longer targets meet the default limits of nginx, Apache and PHP. */
const commonLimitBytes = 8192;

/** The problem of a request target that is long; none where it is not. */
export function longTargetProblems(target: string): Problem[] {
  if (target.length <= commonLimitBytes) return [];
  return [problem('target-over-8k', 'target', `it has ${target.length} bytes`)];
}
