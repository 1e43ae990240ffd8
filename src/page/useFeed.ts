import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Row, type RowList } from '../inspector/apiTypes.ts';
import { countAll, countVerdicts } from './buckets.ts';
import { type First } from './first.ts';
import { followRows, type Listeners } from './liveRows.ts';
import { pause } from './pause.ts';

export interface Feed extends RowList {
  /** `crowded`: the server has no place for another page that listens; `refused`: it does not take such a filter. */
  readonly state: 'loading' | 'live' | 'gone' | 'crowded' | 'refused';
  /** What the rows answer to; the list begins anew when it changes. */
  readonly query: string;
  /** Whether all rows are there: first only the newest come. */
  readonly isWhole: boolean;
}

const mostRows = 10_000;
/** Letters typed one after another are one filter. */
const typingMs = 150;

const noList: RowList = { rows: [], counts: countVerdicts([]), cursor: null, held: 0, dropped: false };

const feedOf = (list: RowList, state: Feed['state'], query: string): Feed => ({
  ...list,
  state,
  query,
  isWhole: list.rows.length === countAll(list.counts),
});

const noRows = feedOf(noList, 'loading', '');

/** New rows before those that are there. */
function withRows(feed: Feed, news: readonly Row[]): Feed {
  const rows = [...news.toReversed(), ...feed.rows].slice(0, mostRows);
  // Until all are there, those that come in meanwhile are not counted.
  const counts = feed.isWhole ? countVerdicts(rows) : feed.counts;
  return { ...feed, rows, counts, held: feed.held + news.length };
}

/** The older rows behind those that are there. */
function withOlder(feed: Feed, older: readonly Row[]): Feed {
  const rows = [...feed.rows, ...older].slice(0, mostRows);
  return { ...feed, rows, counts: countVerdicts(rows), isWhole: true };
}

/**
 * The rows that match, newest first, kept up by events; those of the query before stay until they are there. When the
 * server goes away it is asked again, and the list is read anew when it is another run. `onRun` hears which one it is;
 * `first` is what the page opened with.
 */
export function useFeed(query: string, isRevealed: boolean, onRun: (instance: string) => void, first: First): Feed {
  const [feed, setFeed] = useState(() =>
    first.ready.list ? feedOf(first.ready.list, 'loading', first.query) : noRows,
  );
  const run = useRef<string>(undefined);
  const isFirst = useRef(true);
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async (): Promise<void> => {
      const known = isFirst.current && query === first.query ? first.list : undefined;
      if (!isFirst.current) await pause(typingMs, signal);
      isFirst.current = false;
      if (signal.aborted) return;
      // What was asked for before the rows were masked again is not to be seen.
      const change = (next: (old: Feed) => Feed): void => setFeed((old) => (old.query === query ? next(old) : old));
      const listeners: Listeners = {
        onList: (list) => setFeed(feedOf(list, 'live', query)),
        onOlder: (rows) => change((old) => withOlder(old, rows)),
        onRows: (rows) => change((old) => withRows(old, rows)),
        onState: (state) => setFeed((old) => (old.state === state ? old : { ...old, state })),
        onHello: (instance) => {
          const isOther = run.current !== undefined && run.current !== instance;
          run.current = instance;
          onRun(instance);
          return isOther;
        },
      };
      await followRows(query, signal, listeners, known);
    };
    void follow();
    return () => abort.abort();
  }, [query, onRun, first]);
  // What is to be masked again goes at once: the server may be gone, and send no masked rows.
  const wasRevealed = useRef(false);
  useLayoutEffect(() => {
    if (wasRevealed.current && !isRevealed) setFeed(noRows);
    wasRevealed.current = isRevealed;
  }, [isRevealed]);
  return feed;
}
