import { setTimeout as delay } from 'node:timers/promises';
import { type SendEnd, type SendManyOptions, sendMany } from '../../src/client/sendMany.ts';
import { SendTally } from '../../src/client/sendTally.ts';
import { directWithin } from './caller.ts';

type Options = Partial<SendManyOptions> & { readonly elapsed?: () => number };

/** Sends requests with their numbers, four at a time unless told otherwise, and gives what came of them. */
export async function sendNumbered(
  url: string,
  options: Options = {},
  timeoutMs = 5000,
): Promise<{ readonly tally: SendTally; readonly end: SendEnd }> {
  const { tally = new SendTally(), elapsed = () => performance.now() } = options;
  const end = await sendMany({
    lane: { ...directWithin(timeoutMs), elapsed, origin: new URL(url).origin, headers: ['X-Shop', '7'] },
    action: 'lead',
    targetOf: (index) => `/?n=${index}`,
    count: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    concurrency: 4,
    pace: undefined,
    waitMs: 0,
    sleep: (ms, signal) => delay(ms, undefined, { signal }),
    signal: new AbortController().signal,
    urgent: new AbortController().signal,
    ...options,
    tally,
  });
  return { tally, end };
}
