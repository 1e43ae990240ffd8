import { type Row, type RowList } from '../inspector/apiTypes.ts';
import { AnswerError } from './answerError.ts';
import { getNewest, getOlder } from './api.ts';
import { readEvents } from './eventStream.ts';
import { countAll } from './buckets.ts';
import { afterPaint, pause, untilShown } from './pause.ts';
import { retryDelay } from './retryDelay.ts';
import { isRows } from './shapes.ts';
import { takePlace } from './streamPlace.ts';

/** Whom to tell what happens. */
export interface Listeners {
  /** The newest rows. */
  readonly onList: (list: RowList) => void;
  /** All others that match. */
  readonly onOlder: (rows: readonly Row[]) => void;
  /** Rows that came in, oldest first. */
  readonly onRows: (rows: readonly Row[]) => void;
  readonly onState: (state: 'live' | 'gone' | 'crowded' | 'refused') => void;
  /** The server says which run of it this is. True when it is another than before. */
  readonly onHello: (instance: string) => boolean;
}

/** How long a page without a place listens, and until it does so again. */
const glanceMs = 250;
const betweenGlancesMs = 2000;
const crowdedMs = 30_000;

/** Calls `onEnd` when the page is hidden or `signal` aborts; the answer stops watching. */
function watchEnd(signal: AbortSignal, onEnd: () => void): () => void {
  const onVisibility = (): void => {
    if (document.hidden) onEnd();
  };
  document.addEventListener('visibilitychange', onVisibility);
  signal.addEventListener('abort', onEnd);
  if (signal.aborted || document.hidden) onEnd();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    signal.removeEventListener('abort', onEnd);
  };
}

/**
 * The list of the query, and what comes in after it, until `signal` aborts. A hidden page holds no connection: it
 * catches up when it is shown. Where more pages are seen than may hold one, the others look in every two seconds.
 * `first` is the list where it was asked for before.
 */
export async function followRows(
  query: string,
  signal: AbortSignal,
  listeners: Listeners,
  first: Promise<RowList> | undefined,
): Promise<void> {
  let known = first;
  /** Up to where the rows are known; undefined when the list has to be read anew. */
  let cursor: string | null | undefined;
  let fails = 0;

  const listen = async (from: string | null, isGlance: boolean): Promise<void> => {
    const connection = new AbortController();
    const unwatch = watchEnd(signal, () => connection.abort());
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const path = `/api/events?${query}&after=${encodeURIComponent(from ?? '')}`;
      for await (const { name, data, id } of readEvents(path, connection.signal)) {
        const value: unknown = JSON.parse(data);
        if (name === 'hello') {
          fails = 0;
          const isOther = listeners.onHello((value as { instance: string }).instance);
          if (isOther) cursor = undefined;
          else listeners.onState('live');
          if (isGlance) timer = setTimeout(() => connection.abort(), glanceMs);
        }
        if (name === 'rows' && isRows(value)) listeners.onRows(value as Row[]);
        if (name === 'reload') cursor = undefined;
        if (cursor === undefined) return;
        if (id !== '') cursor = id;
      }
      throw new Error('the server ended the stream');
    } catch (error) {
      if (!connection.signal.aborted) throw error;
    } finally {
      clearTimeout(timer);
      unwatch();
      connection.abort();
    }
  };

  const readOlder = async ({ rows, counts }: RowList): Promise<void> => {
    const oldest = rows.at(-1);
    if (!oldest || rows.length === countAll(counts)) return;
    // Thousands of rows take their time, and the first of them are waited for.
    await afterPaint();
    listeners.onOlder((await getOlder(query, oldest.id, signal)).rows);
  };

  while (!signal.aborted) {
    try {
      if (cursor === undefined) {
        const asked = known ?? getNewest(query, signal);
        known = undefined;
        const list = await asked;
        listeners.onList(list);
        await readOlder(list);
        ({ cursor } = list);
      }
      await untilShown(signal);
      const giveBack = await takePlace();
      try {
        await listen(cursor, !giveBack);
      } finally {
        giveBack?.();
      }
      if (!giveBack && cursor !== undefined) await pause(betweenGlancesMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      const status = error instanceof AnswerError ? error.status : undefined;
      // The same question would be refused again.
      if (status === 400) return listeners.onState('refused');
      const isCrowded = status === 503;
      fails += 1;
      listeners.onState(isCrowded ? 'crowded' : 'gone');
      await pause(isCrowded ? crowdedMs : retryDelay(fails), signal);
    }
  }
}
