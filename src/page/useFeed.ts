import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Row, type RowList } from '../inspector/apiTypes.ts';
import { followRows } from './liveRows.ts';
import { pause } from './pause.ts';

export interface Feed extends RowList {
  /** `crowded`: the server has no place for another page that listens; `refused`: it does not take such a filter. */
  readonly state: 'loading' | 'live' | 'gone' | 'crowded' | 'refused';
  /** What the rows answer to; the list begins anew when it changes. */
  readonly query: string;
}

const mostRows = 10_000;
/** Letters typed one after another are one filter. */
const typingMs = 150;

const noRows: Feed = { rows: [], cursor: null, held: 0, dropped: false, state: 'loading', query: '' };

/** New rows before those that are there. */
function withRows(feed: Feed, news: readonly Row[]): Feed {
  const rows = [...news.toReversed(), ...feed.rows].slice(0, mostRows);
  return { ...feed, rows, held: feed.held + news.length };
}

/**
 * The rows that match, newest first, kept up by events; those of the query before stay until they are there. When the
 * server goes away it is asked again, and the list is read anew when it is another run. `onRun` hears which one it is.
 */
export function useFeed(query: string, isRevealed: boolean, onRun: (instance: string) => void): Feed {
  const [feed, setFeed] = useState(noRows);
  const run = useRef<string>(undefined);
  const isFirst = useRef(true);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async (): Promise<void> => {
      if (!isFirst.current) await pause(typingMs, signal);
      isFirst.current = false;
      if (signal.aborted) return;
      await followRows(query, signal, {
        onList: (list) => setFeed({ ...list, state: 'live', query }),
        onRows: (rows) => setFeed((old) => withRows(old, rows)),
        onState: (state) => setFeed((old) => (old.state === state ? old : { ...old, state })),
        onHello: (instance) => {
          const isOther = run.current !== undefined && run.current !== instance;
          run.current = instance;
          onRun(instance);
          return isOther;
        },
      });
    };
    void follow();
    return () => abort.abort();
  }, [query, onRun]);
  // What is to be masked again goes at once: the server may be gone, and send no masked rows.
  useLayoutEffect(() => {
    if (!isRevealed) setFeed(noRows);
  }, [isRevealed]);
  return feed;
}
