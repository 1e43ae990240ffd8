import { useEffect, useState } from 'preact/hooks';
import { type Session } from '../inspector/apiTypes.ts';
import { getSession } from './api.ts';
import { pause } from './pause.ts';
import { retryDelay } from './retryDelay.ts';

/**
 * Facts of the server's run, read anew when `run` says that it is another one: that may have begun before the page
 * first heard from the one that answered.
 */
export function useSession(run: string | undefined): Session | undefined {
  const [session, setSession] = useState<Session>();
  useEffect(() => {
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      for (let fails = 1; !abort.signal.aborted; fails += 1) {
        try {
          setSession(await getSession(abort.signal));
          return;
        } catch {
          await pause(retryDelay(fails), abort.signal);
        }
      }
    };
    if (!session || session.instance !== run) void load();
    return () => abort.abort();
  }, [run]);
  return session;
}
