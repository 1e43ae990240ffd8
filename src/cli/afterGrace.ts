/** How long requests that are under way may take after an interruption, in milliseconds. */
export const drainMs = 10_000;

/** Said when that begins. */
export const drainNote = 'note: waiting for what is under way; a second Ctrl-C or SIGTERM ends at once\n';

/** A signal that ends what is under way: so long after the given one, which is asked when it comes, or at once. */
export function afterGrace(
  signal: AbortSignal,
  urgent: AbortSignal,
  graceMs: () => number,
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const hard = new AbortController();
  const atOnce = (): void => hard.abort();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => hard.abort(), graceMs());
  };
  if (signal.aborted) begin();
  signal.addEventListener('abort', begin, { once: true });
  urgent.addEventListener('abort', atOnce, { once: true });
  return {
    signal: hard.signal,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', begin);
      urgent.removeEventListener('abort', atOnce);
    },
  };
}
