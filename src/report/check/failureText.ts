import { hanging } from '../layout.ts';
import { printable, printableLines } from '../printable.ts';
import { type ShownFinding, type ShownResult } from './shownSuite.ts';

const labelWidth = 10;

/** `Received  HTTP 500 with an empty body`; what was said is on one line, or wrapped into the columns. */
function row(label: string, text: string, columns: number): string {
  return hanging(label.padEnd(labelWidth), printable(text), columns);
}

/** What was sent, what should have come and what came. */
export function findingText({ sent, expected, received, advice }: ShownFinding, columns: number): string {
  return [
    row('Sent', sent.join(', then '), columns),
    row('Expected', expected, columns),
    row('Received', received, columns),
    ...(advice === undefined ? [] : [row('Fix', advice, columns)]),
  ].join('\n');
}

/** What a failure means, and what to do about it where the first finding does not say that better. */
export function meaningText({ means, mend, findings: [first] }: ShownResult, columns: number): string {
  return [row('Means', means, columns), ...(first?.advice === undefined ? [row('Fix', mend, columns)] : [])].join('\n');
}

/** A failed check on one line: `Received … Expected …`. */
export function failureSentence({ findings: [first, ...others] }: ShownResult): string {
  if (!first) return '';
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return printable(`received ${first.received}; expected ${first.expected}${more}`);
}

/** A command, safe to show. It may go on in further lines, which are not indented, for they are within quotes. */
export function commandText(command: string): string {
  return printableLines(command).join('\n');
}

/** All there is to say about a failed check, for a reader of plain text: safe to show, commands not wrapped. */
export function failureText(result: ShownResult): string {
  return [
    ...result.findings.flatMap((finding) => [
      findingText(finding, Infinity),
      ...finding.reproduction.map((line, index) => (index === 0 ? 'Again' : '').padEnd(labelWidth) + commandText(line)),
      '',
    ]),
    meaningText(result, Infinity),
    'Alone'.padEnd(labelWidth) + commandText(result.alone),
  ].join('\n');
}
