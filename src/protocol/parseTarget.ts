import { type Action, isAction } from './actions.ts';
import { decodeQuery, type Oddity } from './decodeQuery.ts';
import { excerpt } from './excerpt.ts';
import { findProblems, leadSchema, messageSchema } from './fields.ts';
import { type Problem, problem } from './problems.ts';

export interface ParsedTarget {
  /** Everything before the first `?`, as it came. */
  readonly path: string;
  /** Decoded parameters; no prototype, so any name is safe. */
  readonly parameters: Record<string, string>;
  /** The value of `action`, or undefined when it is missing or empty. */
  readonly action: string | undefined;
  /** The action, when it is one of the protocol. */
  readonly knownAction: Action | undefined;
  /** What is odd about the request, without the token and the method. */
  readonly problems: Problem[];
}

/** More findings of one kind than this are summed up, so that a hostile query does not swell its record. */
const findingsShown = 10;

function oddityProblems(oddities: ReadonlyArray<{ oddity: Oddity; name: string }>): Problem[] {
  const problems: Problem[] = [];
  const counts = new Map<Oddity, number>();
  for (const { oddity, name } of oddities) {
    const count = (counts.get(oddity) ?? 0) + 1;
    counts.set(oddity, count);
    const shown = excerpt(name, 40);
    if (count <= findingsShown) problems.push(problem(oddity, `query.${shown}`, `in the parameter "${shown}"`));
  }
  for (const [oddity, count] of counts) {
    const more = count - findingsShown;
    if (more > 0) problems.push(problem(oddity, 'query', `in ${more} more parameters`));
  }
  return problems;
}

/**
 * Reads a raw request target (one byte a character) as the CRM's end of the protocol does.
 * Never throws: what is wrong comes back as problems.
 */
export function parseTarget(target: string): ParsedTarget {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const { parameters, oddities } = decodeQuery(mark < 0 ? '' : target.slice(mark + 1));
  const problems = oddityProblems(oddities);
  const action = parameters['action'] || undefined;
  const knownAction = action !== undefined && isAction(action) ? action : undefined;
  if (action === undefined) problems.push(problem('action-missing', 'query.action', 'there is no action'));
  else if (knownAction === undefined) {
    problems.push(problem('action-unknown', 'query.action', `action is "${excerpt(action, 40)}"`));
  }
  if (knownAction === 'lead') problems.push(...findProblems(leadSchema, parameters));
  if (knownAction === 'message') problems.push(...findProblems(messageSchema, parameters));
  return { path, parameters, action, knownAction, problems };
}
