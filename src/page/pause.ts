/** Resolves after `ms`, when the page is shown again, or when `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const onVisible = (): void => {
      if (!document.hidden) end();
    };
    const timer = setTimeout(end, ms);
    document.addEventListener('visibilitychange', onVisible);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

/** Resolves when what is to be drawn is drawn. */
export const afterPaint = (): Promise<void> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });

/** Resolves when the page is seen, or when `signal` aborts. */
export const untilShown = async (signal: AbortSignal): Promise<void> => {
  // The longest time that a timer can wait.
  while (document.hidden && !signal.aborted) await pause(2 ** 31 - 1, signal);
};
