import { type Severity } from '../protocol/catalogueEntry.ts';
import { type Problem, type ProblemCode, problemCatalogue } from '../protocol/problems.ts';
import { hanging } from './layout.ts';
import { maskPii } from './maskPii.ts';
import { printable } from './printable.ts';
import { type Style } from './style.ts';

const marks: Record<Severity, string> = { error: '✗', warning: '!', info: 'i' };

/** A problem as it is read: `records` of other versions may have codes that this catalogue lacks. */
type AnyProblem = Omit<Problem, 'code'> & { readonly code: string };

function catalogued(code: string): (typeof problemCatalogue)[ProblemCode] | undefined {
  return Object.hasOwn(problemCatalogue, code) ? problemCatalogue[code as ProblemCode] : undefined;
}

/**
 * A problem for people, each line after `indent`: mark, code and finding, then the hint; with `full` also what it
 * means for Roistat.
 */
export function problemLines(problem: AnyProblem, style: Style, indent: string, full: boolean): string[] {
  const { chalk, columns } = style;
  const colour = { error: chalk.red, warning: chalk.yellow, info: chalk.cyan }[problem.severity];
  const detail = printable(style.showPii ? problem.detail : maskPii(problem.detail));
  const lines = [colour(hanging(`${indent}${marks[problem.severity]} `, `${problem.code}: ${detail}`, columns))];
  const entry = catalogued(problem.code);
  if (entry && full) lines.push(hanging(`${indent}  `, entry.means, columns));
  if (entry) lines.push(chalk.dim(hanging(`${indent}  → `, entry.hint, columns)));
  return lines;
}
