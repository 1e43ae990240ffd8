import { type MissGroup } from '../journal/misses.ts';
import { mask } from '../protocol/mask.ts';
import { isSecretParameter } from '../protocol/maskToken.ts';
import { hanging } from './layout.ts';
import { shown } from './shown.ts';
import { type Style } from './style.ts';
import { type FieldOption, whereAdvice } from './whereAdvice.ts';

/** Records that did not match, by what they lack; and the number of those that are in no group. */
export interface ShownMisses {
  readonly groups: readonly MissGroup[];
  readonly ungrouped: number;
}

const groupsShown = 5;

const nouns: Record<string, string> = { lead: 'lead', message: 'message', task: 'task', call: 'call' };

/** `1 lead`, `2 messages`, `3 records (action x)`. */
export function counted(count: number, action: string | null | undefined, style: Style): string {
  const noun = typeof action === 'string' && Object.hasOwn(nouns, action) ? nouns[action] : undefined;
  const words = `${count} ${noun ?? 'record'}${count === 1 ? '' : 's'}`;
  if (noun !== undefined || action === undefined) return words;
  return action === null ? `${words} (no action)` : `${words} (action ${shown(action, style, 20)})`;
}

/** Why records do not match where no clause is the reason; of another action the action itself says it. */
const reasons: Partial<Record<MissGroup['kind'], string>> = {
  time: ' of another time',
  verdict: ' with another verdict',
  contains: ' without that text',
};

/** What stands there instead of what was wanted, such as `with another phone: +7999***22`. */
function reason({ kind, clause, lacks, values }: MissGroup, style: Style): string {
  if (kind === 'order') {
    // An id may look like a phone, but is none.
    const ids = values.map((id) => shown(id, { ...style, showPii: true }, 40) || '(empty)');
    return lacks ? ' without an order_id' : ` with another order_id: ${ids.join(', ')}`;
  }
  if (!clause) return reasons[kind] ?? '';
  const name = shown(clause.name, style, 20);
  if (lacks) return ` without ${name}`;
  // A journal may keep tokens.
  const open = (text: string): string =>
    isSecretParameter(clause.name) && text !== '' ? mask : shown(text, style, 24);
  const unique = new Set(values.map((text) => open(text) || '(empty)'));
  const examples = Array.from(unique).join(', ');
  if (clause.op === '=') return ` with another ${name}: ${examples}`;
  return ` without "${open(clause.value)}" in ${name}: ${examples}`;
}

const textOf = (group: MissGroup, style: Style): string =>
  counted(group.count, group.action, style) + reason(group, style);

const isNear = ({ kind }: MissGroup): boolean => kind === 'clause' || kind === 'order';

const total = (groups: readonly MissGroup[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/**
 * The nearest first: records of the wanted action that missed a clause or the order, a line each; then the others, on one;
 * and advice. `options` are those of the command that choose by a field of the record.
 */
export function missLines({ groups, ungrouped }: ShownMisses, options: readonly FieldOption[], style: Style): string[] {
  const near = groups.filter(isNear);
  const far = groups.filter((group) => !isNear(group));
  const others = far.slice(0, groupsShown).map((group) => textOf(group, style));
  const more = total(near.slice(groupsShown)) + total(far.slice(groupsShown)) + ungrouped;
  return [
    ...near.slice(0, groupsShown).map((group) => textOf(group, style)),
    others.join(', '),
    more > 0 ? `${more} more` : '',
  ]
    .filter(Boolean)
    .map((line) => hanging('  ', line, style.columns))
    .concat(whereAdvice(groups, options, style));
}
