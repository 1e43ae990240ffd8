import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { Gathering } from '../../src/journal/gathering.ts';
import { aroundDisk } from '../helpers/disk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, seqsOf, upTo } from './contract.ts';

describe('the time between two batches', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Whether it is over once all that can happen now has happened. */
  async function isOver(gathered: Promise<void>): Promise<boolean> {
    let over = false;
    void gathered.then(() => (over = true));
    await vi.advanceTimersByTimeAsync(0);
    return over;
  }

  it('ends when as many lines wait as callers are known', async () => {
    const gathering = new Gathering();
    const gathered = gathering.begin(3, 5);
    gathering.waits(1);
    gathering.waits(2);
    expect(await isOver(gathered)).toBe(false);
    gathering.waits(3);
    expect(await isOver(gathered)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes no longer than the last batch, and never more than 10 ms', async () => {
    for (const { lastMs, longest } of [
      { lastMs: 4, longest: 4 },
      { lastMs: 5000, longest: 10 },
    ]) {
      const gathered = new Gathering().begin(2, lastMs);
      await vi.advanceTimersByTimeAsync(longest - 1);
      expect(await isOver(gathered)).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(await isOver(gathered)).toBe(true);
    }
  });

  it('is a turn where callers are many', async () => {
    expect(await isOver(new Gathering().begin(33, 5))).toBe(true);
    expect(await isOver(new Gathering().begin(32, 5))).toBe(false);
  });

  it('can be ended, and what comes between two of them counts for neither', async () => {
    const gathering = new Gathering();
    const first = gathering.begin(2, 5);
    gathering.end();
    expect(await isOver(first)).toBe(true);
    gathering.waits(100);
    gathering.end();
    expect(await isOver(gathering.begin(2, 5))).toBe(false);
  });
});

describe('one fdatasync is shared', () => {
  async function setUp() {
    const clock = new FakeClock();
    const journal = await FolderJournal.open(await temporaryFolder(), clock.day);
    onTestFinished(() => journal.close());
    const synced = vi.fn<() => void>();
    await aroundDisk('datasync', (real) => {
      synced();
      return real();
    });
    return { clock, journal, synced };
  }

  it('by records that come at once', async () => {
    const { clock, journal, synced } = await setUp();
    await Promise.all(upTo(1000).map((seq) => journal.append(clock.record(seq))));
    // The first is on its way when the others come.
    expect(synced).toHaveBeenCalledTimes(2);
  });

  it('by callers that come back in the next turn and those that wait', async () => {
    const { clock, journal, synced } = await setUp();
    const caller = async (_: unknown, index: number): Promise<void> => {
      for (const round of upTo(20)) {
        await journal.append(clock.record(index * 20 + round));
        await setImmediate();
      }
    };
    await Promise.all(upTo(10).map(caller));
    // Where two groups take turns, it is twice as often.
    expect(synced.mock.calls.length).toBeLessThanOrEqual(22);
    expect((await seqsOf(journal)).toSorted((a, b) => a - b)).toEqual(upTo(200));
  });
});
