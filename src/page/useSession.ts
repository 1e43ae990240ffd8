import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Session } from '../inspector/apiTypes.ts';
import { getSession } from './api.ts';
import { pause } from './pause.ts';
import { retryDelay } from './retryDelay.ts';

/** Facts of the server's run; `renew` reads them anew, for a server that was restarted. */
export function useSession(): { readonly session: Session | undefined; readonly renew: () => void } {
  const [session, setSession] = useState<Session>();
  const [round, setRound] = useState(0);
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
    void load();
    return () => abort.abort();
  }, [round]);
  const renew = useCallback(() => setRound((old) => old + 1), []);
  return { session, renew };
}
