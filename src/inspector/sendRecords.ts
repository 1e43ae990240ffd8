import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { type HeldMatcher } from './heldMatcher.ts';
import { type Verdict, verdicts } from '../journal/verdict.ts';
import { type RowList } from './apiTypes.ts';
import { type RecordStore } from './recordStore.ts';
import { type ToRow } from './rowTexts.ts';
import { sendBody } from './sendJson.ts';
import { type Turns } from './turns.ts';

/** What is looked for, and how much of the thread it may take. */
export interface Search {
  readonly store: RecordStore;
  readonly matches: HeldMatcher;
  readonly turns: Turns;
}

/** How long a reader of an export may take for what it was sent. */
const longestPauseMs = 30_000;

/** Whether nobody waits for the answer any more. */
export const isGone = (response: ServerResponse): boolean => response.destroyed || (response.socket?.destroyed ?? true);

/** Which part of a list is wanted. */
export interface Part {
  /** Rows at most; all are counted. */
  readonly limit: number;
  /** Id of a record: only older ones. Of one that is not here any more there are none. */
  readonly before: string | null;
}

export function partOf(query: URLSearchParams): Part {
  const limit = Number(query.get('limit'));
  return { limit: limit > 0 ? limit : Number.POSITIVE_INFINITY, before: query.get('before') };
}

/** Sends the rows that match, newest first. Stops when nobody waits for them any more. */
export async function sendRows(
  response: ServerResponse,
  { store, matches, turns }: Search,
  { limit, before }: Part,
  toRow: ToRow,
  historyError: string | undefined,
): Promise<void> {
  const pause = await turns.begin();
  const { newest, size, dropped, first, end } = store;
  const rows: string[] = [];
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  const until = before === null ? end : (store.placeOf(before) ?? first);
  for (let place = until - 1; place >= first; place -= 1) {
    const turn = pause();
    if (turn) {
      await turn;
      if (isGone(response)) return;
    }
    const held = store.at(place);
    if (!held || !matches(held)) continue;
    counts[held.verdict] += 1;
    if (rows.length < limit) rows.push(toRow(held));
  }
  const facts: Omit<RowList, 'rows'> = {
    counts,
    cursor: newest?.id ?? null,
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
export async function sendExport(response: ServerResponse, { store, matches, turns }: Search): Promise<void> {
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
    const held = store.at(place);
    if (!held || !matches(held)) continue;
    if (!response.write(held.line) && !(await drained(response))) return;
  }
  response.end();
}
