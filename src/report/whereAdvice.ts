import { type MissGroup } from '../journal/misses.ts';
import { hanging } from './layout.ts';
import { recordColumns } from './recordColumns.ts';
import { shown } from './shown.ts';
import { type Style } from './style.ts';

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** An option that chooses records by a field. */
export type FieldOption = '--order' | '--verdict' | '--since' | '--until';

/** What chooses records by a field, under the ways in which people write its name. */
const optionsOf: Readonly<Record<string, readonly FieldOption[]>> = {
  order: ['--order'],
  orderid: ['--order'],
  verdict: ['--verdict'],
  status: ['--verdict'],
  time: ['--since', '--until'],
  receivedat: ['--since', '--until'],
};

/** Fields that no option chooses by; of these two parameters have the names. */
const otherFields = new Set(
  Object.keys(recordColumns)
    .filter((name) => name !== 'id' && name !== 'action')
    .map(plain),
);

/** How to search for what a clause names; undefined where that may well be a parameter. */
function adviceOn(name: string, options: readonly FieldOption[]): string | undefined {
  if (name.startsWith('data.')) return 'is a member of data: use --where data~TEXT';
  const field = plain(name);
  const known = Object.hasOwn(optionsOf, field) ? (optionsOf[field] ?? []) : [];
  const usable = known.filter((option) => options.includes(option));
  if (usable.length > 0) return `is no parameter of a request: use ${usable.join(' or ')}`;
  if (known.length === 0 && !otherFields.has(field)) return undefined;
  return 'is a field of the record, and --where looks at parameters of requests alone';
}

/**
 * Lines of advice where a clause names a field of the record and no record that was asked for it has such a parameter:
 * it would match nothing, whatever its value. `options` are those that the command has.
 */
export function whereAdvice(groups: readonly MissGroup[], options: readonly FieldOption[], style: Style): string[] {
  const there = new Set(groups.flatMap(({ clause, lacks }) => (clause && !lacks ? [clause.name] : [])));
  const lacking = new Set(groups.flatMap(({ clause, lacks }) => (clause && lacks ? [clause.name] : [])));
  return Array.from(lacking)
    .filter((name) => !there.has(name))
    .flatMap((name) => {
      const advice = adviceOn(name, options);
      return advice === undefined ? [] : [hanging('  → ', `${shown(name, style, 20)} ${advice}.`, style.columns)];
    });
}
