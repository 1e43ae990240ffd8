import { answerProblems } from './answerProblems.ts';
import { type Severity } from './catalogueEntry.ts';
import { connectionProblems } from './connectionProblems.ts';
import { requestProblems } from './requestProblems.ts';

/**
 * Every problem this program can name. Codes are permanent: tests, CI scripts and journals refer to them.
 * `docs/problems.md` is generated from this record.
 */
export const problemCatalogue = { ...answerProblems, ...connectionProblems, ...requestProblems };

export type ProblemCode = keyof typeof problemCatalogue;

/** Something found wrong, as data. Texts for people stand in the catalogue under `code`. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** Where: `query.phone`, `body.order_id`, `headers.location`, `status`, or empty for the whole. */
  readonly path: string;
  /** What exactly was found; may hold text from the network, so escape it before it is shown. */
  readonly detail: string;
}

/** A problem of the catalogue, with the place and the finding filled in. */
export function problem(code: ProblemCode, path: string, detail: string): Problem {
  return { code, severity: problemCatalogue[code].severity, path, detail };
}
