import { useCallback, useEffect, useState } from 'preact/hooks';
import { type RecordView } from '../inspector/apiTypes.ts';
import { getRecord } from './api.ts';

/** `missing` when the server does not have it, `failed` when that could not be found out. */
export type RecordState = RecordView | 'loading' | 'missing' | 'failed';

/** The record before it stays this long while the next is read, so that nothing flickers. */
const keepMs = 150;

/** The open record; undefined when none is open, or before the first is read. `retry` reads it again. */
export function useRecord(
  id: string,
  reveal: boolean,
  instance: string | undefined,
): { readonly view: RecordState | undefined; readonly retry: () => void } {
  const [view, setView] = useState<RecordState>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (id === '' || instance === undefined) {
      setView(undefined);
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => setView('loading'), keepMs);
    const show = (state: RecordState): void => {
      if (abort.signal.aborted) return;
      clearTimeout(timer);
      setView(state);
    };
    getRecord(id, reveal, abort.signal).then(
      (found) => show(found ?? 'missing'),
      () => show('failed'),
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, reveal, instance, round]);
  const retry = useCallback(() => setRound((old) => old + 1), []);
  return { view: id === '' ? undefined : view, retry };
}
