import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { rounds } from '../helpers/faultRounds.ts';
import { type Moment, momentsOf, restart } from '../helpers/powerLoss.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, upTo } from '../journal/contract.ts';

// Each cut waits for the disk several times, and a busy machine has a slow one.
const timeout = 120_000;

const clock = new FakeClock();
const next = clock.record(1_000_000);

/** A short record, with a text whose letters have two to four bytes. */
const record = (seq: number, text: string): JournalRecord =>
  clock.record(seq, { target: null, headers: [], answer: null, orderId: null, parameters: { text } });

/** The power fails at the moment, and of what was not synced only the first bytes are found again. */
async function checkCut({ synced, unsynced, acknowledged }: Moment, kept: number): Promise<void> {
  const folder = await temporaryFolder();
  const found = await restart(folder, clock.day, Buffer.concat([synced, unsynced.subarray(0, kept)]), next);
  const whole = unsynced.subarray(0, kept).lastIndexOf(0x0a) + 1;
  const lines = Buffer.concat([synced, unsynced.subarray(0, whole)])
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const expected = lines.map((line) => JSON.parse(line) as JournalRecord);
  expect(found.records).toEqual([...expected, next]);
  expect(found.records.slice(0, acknowledged.length)).toEqual(acknowledged);
  expect({ told: found.told, aside: found.aside }).toEqual({
    told: kept - whole,
    aside: unsynced.subarray(whole, kept),
  });
  await rm(folder, { recursive: true });
}

/** Several at once, for each waits for the disk. */
async function checkAll(cuts: Array<readonly [Moment, number]>): Promise<void> {
  const workers = upTo(16).map(async () => {
    for (let cut = cuts.pop(); cut; cut = cuts.pop()) await checkCut(...cut);
  });
  await Promise.all(workers);
}

describe('power that fails between the write of a batch and its fdatasync', () => {
  it(
    'at every byte of the last batch, what was acknowledged is there, and the rest is set aside',
    { timeout },
    async () => {
      const texts = ['Заявка', 'Ёж 🙂'];
      const groups = [
        [record(1, 'Иван')],
        [record(2, 'Звонок'), record(3, '☎')],
        texts.map((text, i) => record(i + 4, text)),
      ];
      const moments = await momentsOf(await temporaryFolder(), clock.day, groups);
      const last = moments.at(-1);
      // The last group went as a first record alone and the others behind it: the batch that holds the cuts is not empty.
      expect(moments.length).toBeGreaterThanOrEqual(3);
      if (!last) throw new Error('nothing was written');
      expect(last.acknowledged.length).toBeGreaterThanOrEqual(3);
      await checkAll(Array.from({ length: last.unsynced.length + 1 }, (_, kept) => [last, kept] as const));
    },
  );

  it('whatever batches there were, and wherever it cuts any of them', { timeout }, async () => {
    const text = fc.string({ unit: fc.constantFrom('Я', 'ж', 'a', '🙂', '€', '"', '\n', '\0'), maxLength: 60 });
    const groups = fc.array(fc.array(text, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        groups,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
        async (all, places) => {
          let seq = 0;
          const records = all.map((group) => group.map((each) => record((seq += 1), each)));
          const folder = await temporaryFolder();
          const moments = await momentsOf(folder, clock.day, records);
          expect(moments.length).toBeGreaterThanOrEqual(all.length);
          // Dropped whole, kept whole, and somewhere between.
          const cuts = moments.flatMap((moment) =>
            [0, 1, ...places].map((place) => [moment, Math.floor(place * moment.unsynced.length)] as const),
          );
          await checkAll(cuts);
          await rm(folder, { recursive: true });
        },
      ),
      { numRuns: rounds(40) },
    );
  });

  it('a batch of 3 MiB is cut in the same way', { timeout }, async () => {
    const long = 'Комментарий '.repeat(6000);
    const groups = [[record(1, 'Иван')], upTo(24).map((seq) => record(seq + 1, long))];
    const moments = await momentsOf(await temporaryFolder(), clock.day, groups);
    const last = moments.at(-1);
    if (!last) throw new Error('nothing was written');
    expect(last.unsynced.length).toBeGreaterThan(2 ** 21);
    const pages = [0, 1, 4095, 4096, 2 ** 16, 2 ** 20 + 1, last.unsynced.length - 1, last.unsynced.length];
    await checkAll(pages.map((kept) => [last, kept] as const));
  });
});
