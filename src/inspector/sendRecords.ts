import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { missOf, type RecordFilter } from '../journal/filter.ts';
import { encodeLine } from '../journal/line.ts';
import { type JournalRecord } from '../journal/record.ts';
import { type Row, type RowList } from './apiTypes.ts';
import { recordId, type RecordStore } from './recordStore.ts';
import { sendBody } from './sendJson.ts';
import { type Turns } from './turns.ts';

/** What is looked for, and how much of the thread it may take. */
export interface Search {
  readonly store: RecordStore;
  readonly filter: RecordFilter;
  readonly turns: Turns;
}

/** How long a reader of an export may take for what it was sent. */
const longestPauseMs = 30_000;

/** Whether nobody waits for the answer any more. */
export const isGone = (response: ServerResponse): boolean => response.destroyed || (response.socket?.destroyed ?? true);

/** Sends the rows that match, newest first. Stops when nobody waits for them any more. */
export async function sendRows(
  response: ServerResponse,
  { store, filter, turns }: Search,
  toRow: (record: JournalRecord) => Row,
  historyError: string | undefined,
): Promise<void> {
  const pause = await turns.begin();
  const { newest, size, dropped, first, end } = store;
  // Each row as JSON: all of them at once would take their time in one piece.
  const rows: string[] = [];
  for (let place = end - 1; place >= first; place -= 1) {
    await pause();
    if (isGone(response)) return;
    const record = store.at(place);
    if (record && missOf(record, filter) === undefined) rows.push(JSON.stringify(toRow(record)));
  }
  const facts: Omit<RowList, 'rows'> = {
    cursor: newest ? recordId(newest) : null,
    held: size,
    dropped,
    ...(historyError === undefined ? {} : { historyError }),
  };
  sendBody(response, 200, `{"rows":[${rows.join(',')}],${JSON.stringify(facts).slice(1)}`);
}

/** Waits until what was written is taken; false when it is not. */
async function drained(response: ServerResponse): Promise<boolean> {
  const stop = new AbortController();
  const { signal } = stop;
  const limit = setTimeout(() => stop.abort(), longestPauseMs);
  response.once('close', () => stop.abort());
  try {
    await once(response, 'drain', { signal });
    return true;
  } catch {
    response.destroy();
    return false;
  } finally {
    clearTimeout(limit);
  }
}

/** Sends the records that match in the order of the journal, with its very lines, as fast as they are read. */
export async function sendExport(response: ServerResponse, { store, filter, turns }: Search): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'application/x-ndjson; charset=utf-8',
    'Content-Disposition': 'attachment; filename="roistat-hook.jsonl"',
  });
  if (response.req.method === 'HEAD') return void response.end();
  const pause = await turns.begin();
  const { first, end } = store;
  for (let place = first; place < end; place += 1) {
    await pause();
    if (isGone(response)) return;
    const record = store.at(place);
    if (!record || missOf(record, filter) !== undefined) continue;
    if (!response.write(encodeLine(record)) && !(await drained(response))) return;
  }
  response.end();
}
