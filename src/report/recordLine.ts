import { type JournalRecord } from '../journal/record.ts';
import { printable } from './printable.ts';
import { lookedAt, shown } from './shown.ts';
import { type Style } from './style.ts';

/** Time of day on this machine, `19:40:17`. */
export function clockTime(iso: string): string {
  const date = new Date(iso);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

const idNames: Record<string, string> = { message: 'leadId', task: 'element_id' };

/** Id of what the request is about: of the lead, the deal, the call. */
export function idOf({ action, parameters }: JournalRecord): string | null {
  const name = (action !== null && idNames[action]) || 'id';
  return (Object.hasOwn(parameters, name) ? parameters[name] : undefined) ?? null;
}

/** Action and id, such as `lead 90`. */
export function subjectOf(record: JournalRecord, style: Style): string {
  const id = idOf(record);
  return [shown(record.action ?? '', style, 16), id === null ? '' : printable(id).slice(0, 20)].join(' ').trim();
}

/** A record on one line: when, what, how it was answered, and for whom. */
export function recordLine(record: JournalRecord, style: Style, indent: string): string {
  const { chalk, columns } = style;
  const { receivedAt, seq, answer, orderId, parameters } = record;
  const start = `${indent}${clockTime(receivedAt)} #${seq} `;
  const subject = subjectOf(record, style) || (record.method === null ? 'not an HTTP request' : 'no action');
  const facts = [
    answer ? String(answer.status) : 'no answer',
    orderId === null ? '' : `order_id ${printable(orderId.slice(0, lookedAt))}`,
    shown(parameters['phone'] ?? '', style, 20),
  ];
  const text = `  ${facts.filter(Boolean).join('  ')}`;
  const room = Math.max(20, columns - start.length - subject.length);
  return start + chalk.bold(subject) + (text.length > room ? `${text.slice(0, room - 1)}…` : text);
}
