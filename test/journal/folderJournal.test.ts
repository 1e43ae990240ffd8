import { appendFile, mkdir, readdir, rm, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderJournal, type FolderJournalOptions } from '../../src/journal/folderJournal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { aroundDisk, diskError, linesByFile } from '../helpers/disk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, journalContract, recordsOf, seqsOf, upTo } from './contract.ts';

journalContract('FolderJournal', async (day) => FolderJournal.open(await temporaryFolder(), day));

async function openIn(folder: string, clock: FakeClock, options?: FolderJournalOptions): Promise<FolderJournal> {
  const journal = await FolderJournal.open(folder, clock.day, options);
  onTestFinished(() => journal.close());
  return journal;
}

/** A journal in a new folder. */
async function setUp(options?: FolderJournalOptions, clock = new FakeClock()) {
  const folder = await temporaryFolder();
  return { folder, clock, journal: await openIn(folder, clock, options) };
}

const journalError = (message: string): unknown => expect.objectContaining({ name: 'JournalError', message });

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

/** Numbers of the records in each file, read without the journal. */
async function seqsByFile(folder: string): Promise<Record<string, number[]>> {
  const files = Object.entries(await linesByFile(folder));
  return Object.fromEntries(
    files.map(([name, lines]) => [name, lines.map((line) => (JSON.parse(line) as JournalRecord).seq)]),
  );
}

describe('the files of a journal folder', () => {
  it('a new folder and its files can be read by their owner alone', async () => {
    const folder = join(await temporaryFolder(), 'deep', 'roistat-log');
    const clock = new FakeClock();
    await (await openIn(folder, clock)).append(clock.record(1));
    expect(await modeOf(folder)).toBe('700');
    expect(await modeOf(join(folder, '2026-11-22.jsonl'))).toBe('600');
  });

  it('each UTC day has a file of its own', async () => {
    const { folder, clock, journal } = await setUp({}, new FakeClock('2026-12-30T23:59:59.999Z'));
    // The first is on its way when the others come, so that they wait together.
    const before = [journal.append(clock.record(1)), journal.append(clock.record(2))];
    clock.set('2026-12-31T00:00:00.000Z');
    await Promise.all([...before, journal.append(clock.record(3))]);
    clock.set('2027-01-02T12:00:00.000Z');
    await journal.append(clock.record(4));
    expect(await seqsByFile(folder)).toEqual({
      '2026-12-30.jsonl': [1, 2],
      '2026-12-31.jsonl': [3],
      '2027-01-02.jsonl': [4],
    });
  });

  it('a clock that steps back over midnight keeps writing to the later file', async () => {
    const { folder, clock, journal } = await setUp({}, new FakeClock('2026-11-22T23:59:59.999Z'));
    await journal.append(clock.record(1));
    clock.set('2026-11-23T00:00:00.001Z');
    await journal.append(clock.record(2));
    clock.set('2026-11-22T23:59:59.998Z');
    await journal.append(clock.record(3));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [1], '2026-11-23.jsonl': [2, 3] });
    expect(await seqsOf(journal)).toEqual([1, 2, 3]);
  });

  it('a file that has reached the limit is followed by parts, and they are read in the order of their numbers', async () => {
    const { folder, clock, journal } = await setUp({ fileLimitBytes: 1 });
    for (const seq of upTo(12)) await journal.append(clock.record(seq));
    const files = await seqsByFile(folder);
    expect(files).toMatchObject({ '2026-11-22.jsonl': [1], '2026-11-22.1.jsonl': [2], '2026-11-22.11.jsonl': [12] });
    expect(Object.keys(files)).toHaveLength(12);
    expect(await seqsOf(journal)).toEqual(upTo(12));
  });

  it('a journal that is opened again goes on in the last file that has room', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const limit = { fileLimitBytes: 2 * JSON.stringify(clock.record(1)).length };
    for (const seq of upTo(5)) {
      const journal = await openIn(folder, clock, limit);
      await journal.append(clock.record(seq));
      await journal.close();
    }
    expect(await seqsByFile(folder)).toEqual({
      '2026-11-22.jsonl': [1, 2],
      '2026-11-22.1.jsonl': [3, 4],
      '2026-11-22.2.jsonl': [5],
    });
  });

  it('other files in the folder are left alone', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'notes.txt'), 'no newline');
    await writeFile(join(folder, '2026-11-22.01.jsonl'), 'no newline');
    const journal = await openIn(folder, new FakeClock());
    expect(await seqsOf(journal)).toEqual([]);
    expect((await readdir(folder)).toSorted()).toEqual(['2026-11-22.01.jsonl', '2026-11-22.jsonl', 'notes.txt']);
  });
});

describe('two journals on one folder', () => {
  it('write to different files at the same time, and every record of both is read back', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const [one, two] = [await openIn(folder, clock), await openIn(folder, clock)];
    const long = 'Я'.repeat(20_000);
    await Promise.all(
      upTo(100).flatMap((seq) => [
        one.append(clock.record(seq, { run: 'one', action: long })),
        two.append(clock.record(seq, { run: 'two', action: long })),
      ]),
    );
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': upTo(100), '2026-11-22.1.jsonl': upTo(100) });
    const runs = (await recordsOf(two)).map(({ run }) => run);
    expect(runs).toEqual([...upTo(100).map(() => 'one'), ...upTo(100).map(() => 'two')]);
  });

  it('opened at the very same moment share no file either', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const journals = await Promise.all(upTo(8).map(() => openIn(folder, clock)));
    await Promise.all(journals.map((journal, index) => journal.append(clock.record(index + 1))));
    const files = Object.values(await seqsByFile(folder));
    expect(files.filter(({ length }) => length > 0).map(({ length }) => length)).toEqual(upTo(8).map(() => 1));
    expect(new Set(files.flat())).toEqual(new Set(upTo(8)));
  });

  it('one that comes after the other was closed goes on in its file', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const first = await openIn(folder, clock);
    await first.append(clock.record(1));
    await first.close();
    await (await openIn(folder, clock)).append(clock.record(2));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [1, 2] });
  });
});

describe('what somebody else does to the folder', () => {
  it('after its file was deleted, the next record stands in a new one', async () => {
    const { folder, clock, journal } = await setUp();
    await journal.append(clock.record(1));
    await unlink(join(folder, '2026-11-22.jsonl'));
    await journal.append(clock.record(2));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [2] });
  });

  it('while the folder is gone, appends and scans are refused and say so; once it is back, they work', async () => {
    const { folder, clock, journal } = await setUp();
    await journal.append(clock.record(1));
    await rm(folder, { recursive: true });
    const gone = journalError(`${folder}: the journal folder is gone (ENOENT)`);
    await expect(journal.append(clock.record(2))).rejects.toEqual(gone);
    await expect(journal.append(clock.record(3))).rejects.toEqual(gone);
    await expect(recordsOf(journal)).rejects.toEqual(gone);
    await mkdir(folder);
    await journal.append(clock.record(4));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [4] });
  });

  it.each([
    ['a file', 'file', 'EEXIST'],
    ['below a file', 'file/roistat-log', 'ENOTDIR'],
  ])('a path that is %s is refused', async (_name, path, code) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const wrong = join(folder, path);
    const expected = journalError(`${wrong}: the journal folder is not a folder (${code})`);
    await expect(FolderJournal.open(wrong, new FakeClock().day)).rejects.toEqual(expected);
  });

  it('lines that cannot be read come with their place, and the others are read', async () => {
    const { folder, clock, journal } = await setUp();
    const file = join(folder, '2026-11-22.jsonl');
    await journal.append(clock.record(1));
    await appendFile(file, 'garbage \u{1F642}\n{"v":1}\n\n');
    await journal.append(clock.record(2));
    await appendFile(file, '{"v":1,');
    const entries = [];
    for await (const entry of journal.scan()) entries.push(entry);
    expect(entries).toMatchObject([
      { kind: 'record', record: { seq: 1 }, file, line: 1 },
      { kind: 'unreadable', reason: 'not JSON', file, line: 2 },
      { kind: 'unreadable', reason: expect.stringMatching(/^run: /), file, line: 3 },
      { kind: 'unreadable', reason: 'not JSON', file, line: 4 },
      { kind: 'record', record: { seq: 2 }, file, line: 5 },
      { kind: 'unreadable', reason: 'the line has no end', file, line: 6 },
    ]);
  });
});

describe('the disk', () => {
  it('a record counts only after fdatasync, and a new file only after its name is on disk', async () => {
    const events: string[] = [];
    await aroundDisk('datasync', async (real) => {
      await real();
      events.push('fdatasync');
    });
    await aroundDisk('sync', async (real) => {
      await real();
      events.push('folder');
    });
    const clock = new FakeClock();
    const journal = await openIn(join(await temporaryFolder(), 'new'), clock, { fileLimitBytes: 1 });
    for (const seq of [1, 2]) {
      await journal.append(clock.record(seq));
      events.push(`record ${seq}`);
    }
    // The new folder's name in the folder above it, the first file's, and the one of the second part.
    expect(events).toEqual(['folder', 'folder', 'fdatasync', 'record 1', 'folder', 'fdatasync', 'record 2']);
  });

  it('when it does not keep up, appends are refused instead of filling the memory', async () => {
    const { folder, clock, journal } = await setUp({ waitingLimitBytes: 10_000 });
    const results = await Promise.allSettled(upTo(1000).map((seq) => journal.append(clock.record(seq))));
    const recorded = upTo(1000).filter((seq) => results[seq - 1]?.status === 'fulfilled');
    expect(recorded.length).toBeGreaterThan(10);
    expect(recorded.length).toBeLessThan(100);
    const reason = journalError(`${folder}: the disk does not keep up with the requests`);
    expect(results.at(-1)).toEqual({ status: 'rejected', reason });
    await journal.append(clock.record(1001));
    expect(await seqsOf(journal)).toEqual([...recorded, 1001]);
  });

  it('a write that fails half-way leaves nothing behind, and the next record stands in the same file', async () => {
    const { folder, clock, journal } = await setUp();
    let calls = 0;
    await aroundDisk('appendFile', async (real, data) => {
      calls += 1;
      await real(calls === 2 ? data.subarray(0, -10) : data);
      if (calls === 2) throw diskError('ENOSPC');
    });
    // The first is on its way when the others come, so they go as one batch: a whole line and a part of one.
    const results = await Promise.allSettled(upTo(3).map((seq) => journal.append(clock.record(seq))));
    const refused = { status: 'rejected', reason: journalError(`${folder}: the disk is full (ENOSPC)`) };
    expect(results).toEqual([{ status: 'fulfilled' }, refused, refused]);
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [1] });
    await journal.append(clock.record(4));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [1, 4] });
  });

  it('a write that fails in a file that somebody has emptied does not spoil the next record', async () => {
    const { folder, clock, journal } = await setUp();
    await journal.append(clock.record(1));
    await truncate(join(folder, '2026-11-22.jsonl'));
    let isFull = true;
    await aroundDisk('appendFile', (real, data) => (isFull ? Promise.reject(diskError('ENOSPC')) : real(data)));
    await expect(journal.append(clock.record(2))).rejects.toThrow('the disk is full');
    isFull = false;
    await journal.append(clock.record(3));
    expect(await seqsOf(journal)).toEqual([3]);
  });

  it('a file whose fdatasync failed is not written again, and no more than one file follows it', async () => {
    const { folder, clock, journal } = await setUp();
    await journal.append(clock.record(1));
    let isBroken = true;
    await aroundDisk('datasync', (real) => (isBroken ? Promise.reject(diskError('EIO')) : real()));
    for (const seq of [2, 3, 4]) {
      const expected = journalError(`${folder}: the disk reports an input/output error (EIO)`);
      await expect(journal.append(clock.record(seq))).rejects.toEqual(expected);
    }
    isBroken = false;
    await journal.append(clock.record(5));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-22.jsonl': [1], '2026-11-22.1.jsonl': [5] });
  });

  it('as long as the name of a new file is not on disk, nothing is recorded in it', async () => {
    const { folder, clock, journal } = await setUp({}, new FakeClock('2026-11-22T23:59:59.999Z'));
    clock.set('2026-11-23T00:00:00.000Z');
    let isBroken = true;
    await aroundDisk('sync', (real) => (isBroken ? Promise.reject(diskError('EIO')) : real()));
    await expect(journal.append(clock.record(1))).rejects.toThrow('input/output error');
    await expect(journal.append(clock.record(2))).rejects.toThrow('input/output error');
    isBroken = false;
    await journal.append(clock.record(3));
    expect(await seqsByFile(folder)).toEqual({ '2026-11-23.jsonl': [3] });
  });
});
