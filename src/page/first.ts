import { type RowList, type Session } from '../inspector/apiTypes.ts';
import { readAddress, rowQuery } from './address.ts';
import { getNewest, getSession } from './api.ts';

/** What the page opens with. */
export interface First {
  /** The filter that the list answers to. */
  readonly query: string;
  readonly list: Promise<RowList>;
  readonly session: Promise<Session>;
  /** What of it was there in time for the first drawing. */
  readonly ready: { readonly list?: RowList; readonly session?: Session };
}

/** So long the first drawing waits: what comes a moment later would have it drawn twice. */
const longestMs = 100;

// Asked for as this module is evaluated, which is before the rest of the script is; what index.html asked for is here
// sooner still.
const query = rowQuery(readAddress(location.hash));
const { signal } = new AbortController();
const list = getNewest(query, signal);
const session = getSession(signal);

export async function readFirst(): Promise<First> {
  const ready: { list?: RowList; session?: Session } = {};
  const answers = [list.then((value) => (ready.list = value)), session.then((value) => (ready.session = value))];
  await Promise.race([Promise.allSettled(answers), new Promise((resolve) => setTimeout(resolve, longestMs))]);
  return { query, list, session, ready };
}
