import { useEffect, useState } from 'preact/hooks';
import { type Session } from '../inspector/apiTypes.ts';
import { getSession } from './api.ts';
import { type First } from './first.ts';
import { pause } from './pause.ts';
import { retryDelay } from './retryDelay.ts';

/**
 * Facts of the server's run, read anew when `run` says that it is another one: that may have begun before the page
 * first heard from the one that answered. `first` is what the page opened with.
 */
export function useSession(run: string | undefined, first: First): Session | undefined {
  const [session, setSession] = useState(first.ready.session);
  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      for (let fails = 1; !abort.signal.aborted; fails += 1) {
        try {
          const isFirst = run === undefined && fails === 1;
          const read = await (isFirst ? first.session : getSession(abort.signal));
          if (!abort.signal.aborted) setSession(read);
          return;
        } catch {
          await pause(retryDelay(fails), abort.signal);
        }
      }
    };
    if (!session || (run !== undefined && session.instance !== run)) void load();
    return () => abort.abort();
  }, [run, first]);
  return session;
}
