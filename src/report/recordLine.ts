import { type ChalkInstance } from 'chalk';
import { type JournalRecord } from '../journal/record.ts';
import { type Verdict, verdictOf } from '../journal/verdict.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { guessSource } from '../protocol/guessSource.ts';
import { printable } from './printable.ts';
import { lookedAt, shown } from './shown.ts';
import { type Style } from './style.ts';

/** A busy second has thousands of requests. */
let lastSecond = '';
let lastTime = '';

/** Time of day on this machine, `19:40:17`. */
export function clockTime(iso: string): string {
  const second = iso.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  if (second !== lastSecond) {
    const date = new Date(iso);
    const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
    lastSecond = second;
    lastTime = parts.map((part) => String(part).padStart(2, '0')).join(':');
  }
  return lastTime;
}

/** The day on this machine, `2026-11-22`. */
export function localDay(iso: string): string {
  const date = new Date(iso);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, '0')).join('-');
}

const idNames: Record<string, string> = { message: 'leadId', task: 'element_id' };

/** Id of what the request is about: of the lead, the deal, the call. */
export function idOf({ action, parameters }: JournalRecord): string | null {
  const name = (action !== null && Object.hasOwn(idNames, action) && idNames[action]) || 'id';
  return (Object.hasOwn(parameters, name) ? parameters[name] : undefined) ?? null;
}

/** Of an id a terminal has room for so many characters; who looks for an order in a file needs all of them. */
const idLimit = ({ lineColumns }: Style): number => (lineColumns === Number.POSITIVE_INFINITY ? lookedAt : 20);

/** What ids are made of: one that looks like a phone is none, and must be read whole. */
const plainId = /^[\w.-]*$/;

function shownId(id: string, style: Style): string {
  const limit = idLimit(style);
  return plainId.test(id) ? excerpt(id, limit) : shown(id, style, limit);
}

/** Action and id, such as `lead 90`. */
export function subjectOf(record: JournalRecord, style: Style): string {
  const id = idOf(record);
  return [shown(record.action ?? '', style, 16), id === null ? '' : shownId(id, style)].join(' ').trim();
}

function verdictColour(verdict: Verdict, { chalk }: Style): ChalkInstance {
  const { green, yellow, red, magenta } = chalk;
  return { accepted: green, odd: yellow, rejected: red, unanswered: yellow, injected: magenta }[verdict];
}

/** What was answered and what that is worth: `200`, `200 odd`, `401 rejected`, `no answer`. */
function outcomeOf(record: JournalRecord, style: Style): string {
  const { answer, fault } = record;
  const verdict = verdictOf(record);
  const status = answer ? String(answer.status) : 'no answer';
  if (verdict === 'injected') return `${status} injected ${shown(fault ?? '', style, 16)}`;
  return verdict === 'accepted' || verdict === 'unanswered' ? status : `${status} ${verdict}`;
}

const codesShown = 2;

/** Codes of what is wrong with the request or the answer, in the house's mark: `! phone-plus-lost`. */
function problemsOf({ problems, forward }: JournalRecord, style: Style): string {
  const all = [...problems, ...(forward?.problems ?? [])].filter(({ severity }) => severity !== 'info');
  const codes = [...new Set(all.map(({ code }) => shown(code, style, 30)))];
  if (codes.length === 0) return '';
  const more = codes.length - codesShown;
  const mark = all.some(({ severity }) => severity === 'error') ? '✗' : '!';
  return `${mark} ${codes.slice(0, codesShown).join(', ')}${more > 0 ? `, ${more} more` : ''}`;
}

const sourceOf = ({ action, parameters }: JournalRecord): string =>
  (action === 'lead' ? guessSource(parameters['title'] ?? '') : undefined) ?? '';

/** What a request whose source is not known says of itself. */
function headingOf({ parameters }: JournalRecord, style: Style): string {
  const { title = '', text = '', message = '' } = parameters;
  return shown(title || text || message, style, 60);
}

/**
 * A record on one line: when, what, how it was answered, for whom, from where, and as which order. It is cut where the
 * terminal ends; in a pipe each value has its own bound, and the line is whole.
 */
export function recordLine(record: JournalRecord, style: Style, indent: string): string {
  const { chalk, lineColumns } = style;
  const { receivedAt, seq, orderId, parameters } = record;
  const start = `${indent}${clockTime(receivedAt)} #${seq} `;
  const subject = subjectOf(record, style) || (record.method === null ? 'not an HTTP request' : 'no action');
  const source = sourceOf(record);
  const facts = [
    outcomeOf(record, style),
    problemsOf(record, style),
    shown(parameters['phone'] ?? '', style, 20),
    source,
    orderId === null ? '' : `→ ${printable(orderId.slice(0, lookedAt))}`,
    source === '' ? headingOf(record, style) : '',
  ];
  const text = `  ${facts.filter(Boolean).join('  ')}`;
  const room = Math.max(20, lineColumns - start.length - subject.length);
  const fitting = excerpt(text, room);
  const paint = verdictColour(verdictOf(record), style);
  const painted = fitting.slice(0, 2 + (facts[0]?.length ?? 0));
  return start + chalk.bold(subject) + paint(painted) + fitting.slice(painted.length);
}
