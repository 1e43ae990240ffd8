import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine, longestLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { aroundDisk } from '../helpers/disk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, seqsOf, upTo } from './contract.ts';

const clock = new FakeClock();

async function openJournal(): Promise<FolderJournal> {
  const journal = await FolderJournal.open(await temporaryFolder(), clock.day);
  onTestFinished(() => journal.close());
  return journal;
}

/** A record whose line has so many bytes. */
function recordOfBytes(seq: number, bytes: number): JournalRecord {
  const empty = Buffer.byteLength(encodeLine(clock.record(seq, { action: '' })));
  return clock.record(seq, { action: 'x'.repeat(bytes - empty) });
}

describe('the limits of a journal', () => {
  it('a line of 8 MiB is recorded, and one that is a byte longer is refused alone', async () => {
    const journal = await openJournal();
    const results = await Promise.allSettled([
      journal.append(recordOfBytes(1, longestLine)),
      journal.append(recordOfBytes(2, longestLine + 1)),
      journal.append(clock.record(3)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({
      reason: { name: 'JournalError', message: expect.stringMatching(/8388609 bytes is too long$/) },
    });
    expect(await seqsOf(journal)).toEqual([1, 3]);
  });

  it('what waits is written in pieces of 8 MiB at most, whole lines in their order', async () => {
    const journal = await openJournal();
    const sizes: number[] = [];
    await aroundDisk('appendFile', (real, data) => {
      sizes.push(data.length);
      return real(data);
    });
    const mebibyte = 1024 * 1024;
    await Promise.all(upTo(30).map((seq) => journal.append(recordOfBytes(seq, mebibyte))));
    // The first goes at once, alone.
    expect(sizes).toEqual([1, 8, 8, 8, 5].map((count) => count * mebibyte));
    expect(await seqsOf(journal)).toEqual(upTo(30));
  });
});
