import { type Check } from '../../conformance/check.ts';
import { checkGroups, checks, type CheckId } from '../../conformance/checks.ts';
import { hanging } from '../layout.ts';
import { safeJson } from '../printable.ts';
import { type Style } from '../style.ts';

/** The checks with their ids, group by group. */
export function listText(ids: readonly CheckId[], { chalk, columns }: Style): string {
  const width = Math.max(...ids.map((id) => id.length));
  return Object.entries(checkGroups)
    .flatMap(([name, group]) => {
      const own = ids.filter((id) => Object.hasOwn(group, id));
      const lines = own.map((id) => hanging(`  ${id.padEnd(width)}  `, checks[id].title, columns));
      return own.length === 0 ? [] : [chalk.bold(name), ...lines];
    })
    .join('\n')
    .concat('\n');
}

export function listJson(ids: readonly CheckId[]): string {
  const list = ids.map((id) => {
    const { level, title, sends, means, mend, leads }: Check = checks[id];
    return { id, level, title, sends, means, mend, leads };
  });
  return `${safeJson(list, 2)}\n`;
}
