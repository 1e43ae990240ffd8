import { onTestFinished } from 'vitest';
import { type CallerOptions, HandlerCaller } from '../../src/client/handlerCaller.ts';

/** How to reach a handler: without proxies or a CA of one's own, within so many milliseconds. */
export const directWithin = (timeoutMs: number) => ({
  timeoutMs,
  ca: undefined,
  insecure: false,
  proxy: undefined,
  proxies: { http: '', https: '', none: '' },
  elapsed: () => performance.now(),
});

/** A caller without proxies that gives up after five seconds; closed when the test ends. */
export function makeCaller(options: Partial<CallerOptions> = {}): HandlerCaller {
  const caller = new HandlerCaller({
    ...directWithin(5000),
    signal: new AbortController().signal,
    waitMs: 0,
    headers: [],
    cacert: undefined,
    userAgent: 'test',
    dryRun: false,
    ...options,
  });
  onTestFinished(() => caller.close());
  return caller;
}
