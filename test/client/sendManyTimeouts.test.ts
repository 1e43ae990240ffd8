import { describe, expect, it } from 'vitest';
import { startHandler } from '../helpers/handler.ts';
import { sendNumbered } from '../helpers/sendNumbered.ts';

/** A handler that answers the requests for whose number this is true, and no others. */
async function startAnswering(answers: (count: number) => boolean): Promise<string> {
  let count = 0;
  return startHandler((_request, response) => {
    count += 1;
    if (!answers(count)) return;
    response.setHeader('Content-Type', 'application/json').end(`{"status":"ok","order_id":"${count}"}`);
  });
}

const timeoutMs = 300;

describe('sendMany to a handler that does not answer in time', () => {
  it('stops once none of those under way at first has an answer', async () => {
    const url = await startAnswering(() => false);
    const alone = await sendNumbered(url, { count: 1000, concurrency: 1 }, timeoutMs);
    expect(alone.end).toMatchObject({ kind: 'unreachable', failure: { code: 'timeout', inARow: 3 } });
    expect(alone.tally.unreachable).toBe(3);
    const many = await sendNumbered(url, { count: 1000, concurrency: 8 }, timeoutMs);
    expect(many.end).toMatchObject({ kind: 'unreachable', failure: { code: 'timeout', inARow: 8 } });
  });

  it('goes on after a slow moment that fails all that are under way, twice over', async () => {
    // As many as the lanes have under way, and those that follow them.
    const url = await startAnswering((count) => count <= 60 || count > 160);
    const { tally, end } = await sendNumbered(url, { count: 400, concurrency: 50 }, 1000);
    expect(end).toMatchObject({ kind: 'done', failure: undefined });
    expect(tally.unreachable).toBe(100);
    expect(tally.accepted).toBe(300);
  });

  it('goes on where one in a few is answered, one after another, and stops when none is any more', async () => {
    const url = await startAnswering((count) => count % 5 === 1 && count < 10);
    const { tally, end } = await sendNumbered(url, { count: 1000, concurrency: 1 }, timeoutMs);
    expect(end).toMatchObject({ kind: 'unreachable', failure: { code: 'timeout', inARow: 20 } });
    expect([tally.accepted, tally.unreachable]).toEqual([2, 4 + 20]);
  });

  it('stops after three in a row for each that may be under way', async () => {
    const url = await startAnswering((count) => count <= 10);
    const { tally, end } = await sendNumbered(url, { count: 1000, concurrency: 10 }, timeoutMs);
    expect(end).toMatchObject({ kind: 'unreachable', failure: { code: 'timeout', inARow: 30 } });
    expect(tally.unreachable).toBeLessThan(30 + 10);
  });
});
