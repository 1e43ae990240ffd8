import { checkGroups, checks, type CheckId, isCheckId } from '../conformance/checks.ts';
import { usageError } from './errors.ts';
import { nearestName } from './settings/nearestName.ts';

const allIds = Object.keys(checks) as CheckId[];

/** Ids that a word stands for: an id, the name of a group, or what several ids begin with, such as `robust-data`. */
async function idsOf(word: string): Promise<readonly CheckId[]> {
  if (isCheckId(word)) return [word];
  const group: Readonly<Record<string, unknown>> = Object.hasOwn(checkGroups, word)
    ? checkGroups[word as keyof typeof checkGroups]
    : {};
  const ids = allIds.filter((id) => id.startsWith(`${word}-`) || Object.hasOwn(group, id));
  if (ids.length > 0) return ids;
  const near = await nearestName(word, [...allIds, ...Object.keys(checkGroups)]);
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  const hint = /^https?:/.test(word)
    ? 'Put the address before --only and --skip.'
    : `See them with --list; groups are ${Object.keys(checkGroups).join(', ')}.`;
  throw usageError(`"${word}" is not a check`, `${guess}${hint}`);
}

async function idsOfAll(words: readonly string[]): Promise<Set<CheckId>> {
  const ids = new Set<CheckId>();
  for (const word of words) for (const id of await idsOf(word)) ids.add(id);
  return ids;
}

const wordsOf = (values: readonly string[]): string[] =>
  values.flatMap((value) => value.split(/[\s,]+/)).filter((word) => word !== '');

/** The checks to run, in their order. Several words may stand in one value, with commas between. */
export async function chooseChecks(only: readonly string[], skip: readonly string[]): Promise<CheckId[]> {
  const wanted = wordsOf(only);
  if (only.length > 0 && wanted.length === 0) throw usageError('--only is empty', 'See the checks with --list.');
  const chosen = wanted.length === 0 ? new Set(allIds) : await idsOfAll(wanted);
  const left = await idsOfAll(wordsOf(skip));
  const ids = allIds.filter((id) => chosen.has(id) && !left.has(id));
  if (ids.length === 0) throw usageError('--only and --skip leave no check', 'See the checks with --list.');
  return ids;
}
