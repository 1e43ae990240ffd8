import { onTestFinished } from 'vitest';
import { type CallerOptions, HandlerCaller } from '../../src/client/handlerCaller.ts';

/** A caller without proxies that gives up after five seconds; closed when the test ends. */
export function makeCaller(options: Partial<CallerOptions> = {}): HandlerCaller {
  const caller = new HandlerCaller({
    timeoutMs: 5000,
    ca: undefined,
    insecure: false,
    proxy: undefined,
    proxies: { http: '', https: '', none: '' },
    signal: new AbortController().signal,
    elapsed: () => performance.now(),
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
