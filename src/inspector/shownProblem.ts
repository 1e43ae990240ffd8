import { type JournalRecord } from '../journal/record.ts';
import { type ProblemCode, problemCatalogue } from '../protocol/problems.ts';
import { type ShownProblem } from './apiTypes.ts';

/** A problem with what the catalogue says of it; records of other versions may have codes that it lacks. */
export function shownProblem(problem: JournalRecord['problems'][number]): ShownProblem {
  const isKnown = Object.hasOwn(problemCatalogue, problem.code);
  const { means, hint } = isKnown ? problemCatalogue[problem.code as ProblemCode] : { means: '', hint: '' };
  return { ...problem, means, hint };
}
