import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenPace, noPace, type Pace, recordedPace } from '../../src/client/pace.ts';
import { recordOf } from '../helpers/records.ts';

const start = Date.UTC(2026, 10, 22);

/** When records are sent by a clock that is driven by hand: each as soon as it is due, and busy for a while then. */
function drive(pace: Pace, steps: ReadonlyArray<{ readonly at: number; readonly busy: number }>): number[] {
  let now = 1000;
  return steps.map(({ at, busy }) => {
    const due = pace(recordOf('/', { receivedAt: new Date(start + at).toISOString() }), now);
    now = Math.max(now, due);
    const sent = now;
    now += busy;
    return sent;
  });
}

const step = fc.record({ at: fc.nat(100_000), busy: fc.nat(3000) });
const pairs = (times: readonly number[]): Array<[number, number]> =>
  times.slice(1).map((time, index) => [times[index] ?? 0, time]);

describe('evenPace', () => {
  it('leaves the interval between any two, however busy it was, and waits no longer', () => {
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 20, max: 5000 }), (steps, interval) => {
        const sent = drive(evenPace(interval), steps);
        for (const [index, [before, after]] of pairs(sent).entries()) {
          expect(after).toBe(before + Math.max(interval, steps[index]?.busy ?? 0));
        }
      }),
    );
  });

  it('keeps intervals that are shorter than what timers can do on average', () => {
    const interval = 0.5;
    // A timer that is always 1.2 ms late, as timers are.
    const sent = drive(
      evenPace(interval),
      Array.from({ length: 1000 }, () => ({ at: 0, busy: 1.2 })),
    );
    const quick = drive(
      evenPace(interval),
      Array.from({ length: 1000 }, (_, index) => ({ at: 0, busy: index % 9 === 0 ? 4 : 0 })),
    );
    expect((sent.at(-1) ?? 0) - 1000).toBeCloseTo(999 * 1.2);
    expect((quick.at(-1) ?? 0) - 1000).toBeLessThan(999 * interval + 25);
    expect((quick.at(-1) ?? 0) - 1000).toBeGreaterThan(999 * interval - 25);
  });
});

describe('recordedPace', () => {
  it('keeps the recorded gaps, divided by the speed, while answers come in time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000_000)), fc.constantFrom(0.5, 1, 2, 10), (gaps, speed) => {
        let at = 0;
        const steps = gaps.map((gap) => ({ at: (at += gap), busy: 0 }));
        const sent = drive(recordedPace(speed), steps);
        for (const [index, time] of sent.entries()) {
          expect(time - 1000).toBeCloseTo(((steps[index]?.at ?? 0) - (steps[0]?.at ?? 0)) / speed, 3);
        }
      }),
    );
  });

  it('never sends before its turn, goes back to the timeline after a slow answer, and takes no step back', () => {
    const steps = [
      { at: 5000, busy: 2500 },
      { at: 6000, busy: 0 },
      { at: 7000, busy: 0 },
      { at: 8000, busy: 0 },
      { at: 3000, busy: 0 },
      { at: 3100, busy: 0 },
    ];
    expect(drive(recordedPace(1), steps)).toEqual([1000, 3500, 3500, 4000, 4000, 4100]);
  });

  it('takes no longer than the records span, in whatever order they are, and never goes back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1 }), fc.constantFrom(0.5, 1, 2, 10), (times, speed) => {
        const pace = recordedPace(speed);
        const dues = times.map((at) => pace(recordOf('/', { receivedAt: new Date(start + at).toISOString() }), 1000));
        expect(dues).toEqual(dues.toSorted((a, b) => a - b));
        const span = (Math.max(...times) - Math.min(...times)) / speed;
        expect((dues.at(-1) ?? 0) - 1000).toBeLessThan(span + 0.001);
      }),
      { examples: [[[0, 100_000, 0, 100_000, 0, 100_000], 1]] },
    );
  });

  it('neither stalls nor rushes behind a clock that stepped back for good', () => {
    const steps = [0, 60_000, -3_600_000, -3_590_000, -3_580_000].map((at) => ({ at, busy: 0 }));
    expect(drive(recordedPace(1), steps)).toEqual([0, 60_000, 60_000, 70_000, 80_000].map((time) => time + 1000));
  });
});

it('noPace sends at once', () => {
  expect(
    drive(noPace, [
      { at: 0, busy: 5 },
      { at: 99_999, busy: 0 },
    ]),
  ).toEqual([1000, 1005]);
});
