import {
  type RecordView,
  type ReplayError,
  type ReplayResult,
  type RowList,
  type Session,
} from '../inspector/apiTypes.ts';
import { AnswerError } from './answerError.ts';
import { isRecordView, isReplayAnswer, isRowList, isSession } from './shapes.ts';

type Guard<Value> = (value: unknown) => value is Value;

async function getJson<Value>(path: string, isValue: Guard<Value>, signal: AbortSignal): Promise<Value> {
  const response = await fetch(path, { signal });
  if (!response.ok) throw new AnswerError(response.status);
  const value: unknown = await response.json();
  if (!isValue(value)) throw new AnswerError(response.status);
  return value;
}

export const getSession = (signal: AbortSignal): Promise<Session> => getJson('/api/session', isSession, signal);

/** Rows that are read first: a few windows full, for the rest is not seen yet. index.html has it, too. */
const firstRows = 200;

/** The newest rows that match, and how many there are of all. */
export const getNewest = (query: string, signal: AbortSignal): Promise<RowList> =>
  getJson(`/api/records?limit=${firstRows}${query === '' ? '' : `&${query}`}`, isRowList, signal);

/** All rows that match and are older than the record. */
export const getOlder = (query: string, id: string, signal: AbortSignal): Promise<RowList> =>
  getJson(`/api/records?${query}&before=${encodeURIComponent(id)}`, isRowList, signal);

/** Undefined when the server does not have the record. */
export function getRecord(id: string, reveal: boolean, signal: AbortSignal): Promise<RecordView | undefined> {
  const query = new URLSearchParams({ id, ...(reveal ? { reveal: '1' } : {}) });
  return getJson(`/api/record?${query}`, isRecordView, signal).catch((error: unknown) => {
    if (error instanceof AnswerError && error.status === 404) return undefined;
    throw error;
  });
}

/** Sends a record again; what kept the server from it comes as `error`. */
export async function postReplay(
  id: string,
  url: string,
  { csrf, reveal }: { readonly csrf: string; readonly reveal: boolean },
): Promise<ReplayResult | ReplayError> {
  const failed = { error: 'failed', detail: '' } as const;
  try {
    const response = await fetch(`/api/replay${reveal ? '?reveal=1' : ''}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
      body: JSON.stringify({ id, url }),
    });
    const answer: unknown = await response.json();
    return isReplayAnswer(answer) ? answer : failed;
  } catch {
    return failed;
  }
}

/** Saves the records of the filter as a file. The address never holds personal data that a list of downloads keeps. */
export async function downloadRecords(query: string): Promise<void> {
  const response = await fetch(`/api/export?${query}`);
  if (!response.ok) throw new AnswerError(response.status);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `roistat-hook-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
