import { setTimeout as delay } from 'node:timers/promises';
import { type HandlerClient, type OutgoingRequest, type Outcome } from './handlerClient.ts';

/** No connection was made, so nothing was received, and trying again cannot make a second order. */
export const notUpYet: ReadonlySet<string> = new Set(['connection-refused', 'connection-failed', 'dns-failed']);

/** Between two attempts to connect. */
export const pauseMs = 200;

/** Sends a request as soon as the handler accepts connections, trying for `waitMs` milliseconds. */
export async function exchangeWhenUp(
  client: HandlerClient,
  request: OutgoingRequest,
  {
    waitMs,
    signal,
    elapsed,
  }: { readonly waitMs: number; readonly signal: AbortSignal; readonly elapsed: () => number },
): Promise<Outcome> {
  const deadline = elapsed() + waitMs;
  for (;;) {
    const outcome = await client.exchange(request);
    const isUp = outcome.kind === 'answer' || !notUpYet.has(outcome.problem.code);
    if (isUp || elapsed() + pauseMs > deadline) return outcome;
    await delay(pauseMs, undefined, { signal });
  }
}
