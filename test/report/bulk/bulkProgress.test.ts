import { describe, expect, it } from 'vitest';
import { SendTally } from '../../../src/client/sendTally.ts';
import { bulkProgress } from '../../../src/report/bulk/bulkProgress.ts';
import { bulkReporters } from '../../../src/report/bulk/bulkReporters.ts';
import { makeStyle } from '../../../src/report/style.ts';

const style = makeStyle({ colourLevel: 0, columns: 120 });

/** So many accepted leads, and so many without an answer. */
function tallyOf(accepted: number, unreachable = 0): SendTally {
  const tally = new SendTally();
  const judged = { target: '/', problems: [], orderId: undefined };
  for (let index = 0; index < accepted; index += 1) tally.add(index, { ...judged, verdict: 'accepted', durationMs: 1 });
  for (let index = 0; index < unreachable; index += 1)
    tally.add(accepted + index, { ...judged, verdict: 'unreachable', durationMs: undefined });
  return tally;
}

const forever = Number.POSITIVE_INFINITY;
const running = { durationMs: forever, count: forever, begun: 30, isStopped: false };

describe('the line that says where the sending of many leads stands', () => {
  it.each([
    [1000, 20_000, '16 min left'],
    [100, 20_000, '80 s left'],
    [10_000, 20_000, '2 h 46 min left'],
  ])('says what is left of %i leads in words of its size', (count, elapsedMs, left) => {
    const line = bulkProgress({ ...running, tally: tallyOf(20), count, elapsedMs }, style);
    expect(line).toContain(`20/${count}  20 ✓  1.0 answers/s  ${left}`);
  });

  it('names what it counts where there is no number of leads in all', () => {
    const line = bulkProgress({ ...running, tally: tallyOf(20), durationMs: 60_000, elapsedMs: 20_000 }, style);
    expect(line).toContain('░ 20 sent  20 ✓  1.0 answers/s  40 s left');
  });

  it.each([
    ['after an interruption', { isStopped: true, count: 1000, elapsedMs: 20_000 }],
    ['after the time', { durationMs: 15_000, elapsedMs: 20_000 }],
  ])('says how many it waits for %s, and no time', (_when, facts) => {
    const line = bulkProgress({ ...running, tally: tallyOf(20), ...facts }, style);
    expect(line).toMatch(/ 1\.0 answers\/s {2}waiting for 10$/);
  });

  it('has the rate that the summary has', () => {
    const tally = tallyOf(20, 8);
    const line = bulkProgress({ ...running, tally, count: 1000, elapsedMs: 7000 }, style);
    const summary = bulkReporters.human.report(
      {
        tally,
        end: { kind: 'interrupted', durationMs: 7000 },
        concurrency: 2,
        rate: undefined,
        seed: 7,
        isDatedByClock: false,
        nameOf: (index) => ({ id: String(index), seed: index }),
        hide: (text) => text,
        againOf: () => undefined,
        lacksSecrets: () => false,
      },
      style,
    );
    expect(line).toContain('  2.9 answers/s  ');
    expect(summary).toMatch(/^✗ interrupted: 28 leads in 7\.0 s, 2\.9 answers\/s, 20 accepted, 8 not answered\n/);
  });
});
