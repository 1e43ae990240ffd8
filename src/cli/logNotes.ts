import { type RecordFilter } from '../journal/filter.ts';
import { lookedAt } from '../journal/lineSearch.ts';
import { type AbsentColumns } from '../report/absentColumns.ts';
import { hanging } from '../report/layout.ts';
import { missLines } from '../report/missLines.ts';
import { printable } from '../report/printable.ts';
import { shown } from '../report/shown.ts';
import { type Style } from '../report/style.ts';
import { type LogFindings } from './readLog.ts';
import { nearestName } from './settings/nearestName.ts';

/** What begins the note on records that do not match; of a search that passed over others, which ones it is about. */
function headingOf({ seen, hasPassedOver, isFromEnd, unreadable }: LogFindings): string {
  if (!hasPassedOver) return seen === 1 ? 'The one record does not match:' : `None of ${seen} records matches:`;
  const isEnd = isFromEnd && seen + unreadable.count <= lookedAt;
  return `No record matches. What ${isEnd ? `the newest ${seen}` : `${seen} of them`} have instead:`;
}

/** What there is instead of what was asked for. */
export function emptyNote(findings: LogFindings, { since }: RecordFilter, style: Style): string {
  const { seen, misses, unreadable } = findings;
  if (seen === 0 && unreadable.count > 0) return '';
  if (seen === 0) {
    const hint = 'Is serve running, and does it write there? Name its folder: log FOLDER, or --log-dir.';
    const what = since ? 'There are no records of that time.' : 'There are no records.';
    return `${what}\n${hanging('', hint, style.columns)}\n`;
  }
  const lines = missLines(misses, ['--order', '--verdict', '--since', '--until'], style);
  return `${[headingOf(findings), ...lines].join('\n')}\n`;
}

/** What is said of each chosen column that is empty because no record has such a thing. */
export async function absentColumnsNote({ names, known }: AbsentColumns, style: Style): Promise<string> {
  const lines = names.map(async (name) => {
    const nearest = await nearestName(name, known);
    const guess = nearest === undefined ? '' : `: did you mean ${shown(nearest, style, 40)}?`;
    return `${hanging('note: ', `no record that was printed has ${printable(name)}${guess}`, style.columns)}\n`;
  });
  return (await Promise.all(lines)).join('');
}
