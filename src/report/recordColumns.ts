import { type JournalRecord } from '../journal/record.ts';
import { verdictOf } from '../journal/verdict.ts';
import { guessSource } from '../protocol/guessSource.ts';
import { maskParameters, maskTarget } from '../protocol/maskToken.ts';
import { maskPii } from './maskPii.ts';
import { impersonal, maskTargetPii } from './maskTargetPii.ts';
import { idOf } from './recordLine.ts';
import { type Style } from './style.ts';

const ownParameter = ({ parameters }: JournalRecord, name: string): string =>
  (Object.hasOwn(parameters, name) ? maskParameters({ [name]: parameters[name] ?? '' })[name] : undefined) ?? '';

/** A member of the JSON object in `data`; undefined when there is none. */
function dataMember(record: JournalRecord, name: string): string | undefined {
  let data: unknown;
  try {
    data = JSON.parse(ownParameter(record, 'data'));
  } catch {
    return undefined;
  }
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return undefined;
  const value = (data as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export interface Column {
  readonly value: (record: JournalRecord) => string;
  /** Takes phones and addresses out of the value; of numbers and times nothing, for there they would be found by mistake. */
  readonly mask: (value: string) => string;
  /** Characters that it usually takes in a table. */
  readonly width: number;
  /** Whether a table without room for all of it cuts every other column first. */
  readonly givesWayLast?: boolean;
}

/** What a record says beside its parameters. The names are a contract with scripts. */
export const recordColumns = {
  time: { width: 24, givesWayLast: true, value: ({ receivedAt }) => receivedAt },
  run: { width: 8, value: ({ run }) => run },
  seq: { width: 5, value: ({ seq }) => String(seq) },
  remote: { width: 21, value: ({ remote }) => remote },
  method: { width: 6, value: ({ method }) => method ?? '' },
  target: { width: 40, value: ({ target }) => maskTarget(target ?? '') },
  action: { width: 8, value: ({ action }) => action ?? '' },
  id: { width: 10, value: (record) => idOf(record) ?? '' },
  source: {
    width: 12,
    value: (record) => (record.action === 'lead' ? (guessSource(ownParameter(record, 'title')) ?? '') : ''),
  },
  status: { width: 6, value: ({ answer }) => (answer ? String(answer.status) : '') },
  verdict: { width: 10, value: verdictOf },
  token: { width: 9, value: ({ token }) => token },
  order_id: { width: 16, value: ({ orderId }) => orderId ?? '' },
  problems: {
    width: 24,
    value: ({ problems, forward }) => [...problems, ...(forward?.problems ?? [])].map(({ code }) => code).join(' '),
  },
  fault: { width: 12, value: ({ fault }) => fault ?? '' },
  duration_ms: { width: 11, value: ({ durationMs }) => String(durationMs) },
} satisfies Record<string, Omit<Column, 'mask'>>;

/** Those of a CSV file for which none were chosen: what a shop asks of its leads. */
export const defaultColumns: readonly string[] = [
  'time',
  'seq',
  'action',
  'id',
  'source',
  'title',
  'name',
  'phone',
  'email',
  'visit',
  'data.page',
  'status',
  'verdict',
  'token',
  'order_id',
  'problems',
];

const parameterWidths: Record<string, number> = { phone: 16, name: 16, visit: 8, leadId: 12, title: 28 };

const asItIs = (value: string): string => value;

const parameterNamed = (column: string): string =>
  column.startsWith('query.') ? column.slice('query.'.length) : column;

/** Whether a record has what the column of this name shows, be it empty; fields each one has. */
export function hasColumn(record: JournalRecord, name: string): boolean {
  if (Object.hasOwn(recordColumns, name)) return true;
  if (name.startsWith('data.')) return dataMember(record, name.slice('data.'.length)) !== undefined;
  return Object.hasOwn(record.parameters, parameterNamed(name));
}

/**
 * The column of a name: a field of the record, `data.page` for a member of the parameter `data`, else the parameter of
 * that name; `query.status` is a parameter that has the name of a field. Values are untrusted.
 */
export function columnOf(name: string): Column {
  if (Object.hasOwn(recordColumns, name)) {
    const mask = name === 'target' ? maskTargetPii : asItIs;
    return { ...recordColumns[name as keyof typeof recordColumns], mask };
  }
  if (name.startsWith('data.')) {
    return { width: 28, mask: maskPii, value: (record) => dataMember(record, name.slice('data.'.length)) ?? '' };
  }
  const parameter = parameterNamed(name);
  return {
    width: (Object.hasOwn(parameterWidths, parameter) ? parameterWidths[parameter] : undefined) ?? 20,
    mask: impersonal.has(parameter) ? asItIs : maskPii,
    value: (record) => ownParameter(record, parameter),
  };
}

/** The value of a record in a column, without phones and addresses unless they are wanted. Untrusted. */
export const shownValueOf = ({ value, mask }: Column, record: JournalRecord, { showPii }: Style): string =>
  showPii ? value(record) : mask(value(record));
