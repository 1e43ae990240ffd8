interface TimeLimit {
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted. */
  readonly over: Promise<never>;
  readonly clear: () => void;
}

/**
 * A signal that is aborted with the given one or when the time is over. Not AbortSignal.any with AbortSignal.timeout:
 * on Node 20 the garbage collector takes such a signal while a request waits for it, and it never fires.
 */
export function limitTime(ms: number, signal: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const over = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  over.catch(() => {});
  const timer = setTimeout(() => controller.abort(new DOMException('the time is over', 'TimeoutError')), ms);
  const forward = (): void => controller.abort(signal.reason);
  if (signal.aborted) forward();
  signal.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    over,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    },
  };
}
