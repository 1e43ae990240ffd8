import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { followFolder } from '../../src/journal/followFolder.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, upTo } from './contract.ts';

/** Follows a folder until the test ends. */
function follow(folder: string) {
  const [stop, lastLook] = [new AbortController(), new AbortController()];
  onTestFinished(() => stop.abort());
  const entries = followFolder(folder, { signal: stop.signal, until: lastLook.signal });
  const next = async (): Promise<unknown> => {
    const { value } = await entries.next();
    return value?.kind === 'record' ? value.record.seq : value?.reason;
  };
  return {
    stop,
    next,
    /** What the next `count` entries are, however long they take to come. */
    take: async (count: number): Promise<unknown[]> => {
      const all: unknown[] = [];
      while (all.length < count) all.push(await next());
      return all;
    },
    /** What else is there, at once. */
    rest: async (): Promise<unknown[]> => {
      lastLook.abort();
      const all: unknown[] = [];
      for (let entry = await next(); entry !== undefined; entry = await next()) all.push(entry);
      return all;
    },
  };
}

const line = (seq: number): string => encodeLine(sampleRecord({ seq }));

async function openIn(folder: string, clock: FakeClock, limit?: number): Promise<FolderJournal> {
  const journal = await FolderJournal.open(folder, clock.day, limit === undefined ? {} : { fileLimitBytes: limit });
  onTestFinished(() => journal.close());
  return journal;
}

describe('followFolder', () => {
  it('gives what is there in the order of the files, and then what comes, in new parts and new days, too', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock('2026-11-22T23:59:59.999Z');
    const journal = await openIn(folder, clock, 1);
    for (const seq of upTo(12)) await journal.append(clock.record(seq));
    const { take, rest } = follow(folder);
    expect(await take(12)).toEqual(upTo(12));
    await journal.append(clock.record(13));
    expect(await take(1)).toEqual([13]);
    clock.set('2026-11-23T00:00:00.000Z');
    await journal.append(clock.record(14));
    await journal.append(clock.record(15));
    expect(await take(2)).toEqual([14, 15]);
    expect(await rest()).toEqual([]);
  });

  it('waits for a folder that does not exist yet, and for its first record', async () => {
    const folder = join(await temporaryFolder(), 'deep', 'roistat-log');
    const { take, rest } = follow(folder);
    const first = take(1);
    const clock = new FakeClock();
    const journal = await openIn(folder, clock);
    await journal.append(clock.record(7));
    expect(await first).toEqual([7]);
    expect(await rest()).toEqual([]);
  });

  it('gives every record of several instances once, while they write to parts of one day', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const [one, two] = [await openIn(folder, clock), await openIn(folder, clock)];
    const { take, rest } = follow(folder);
    const written = Promise.all(
      upTo(200).flatMap((seq) => [
        one.append(clock.record(seq, { action: 'x'.repeat(5000) })),
        two.append(clock.record(1000 + seq, { action: 'Я'.repeat(5000) })),
      ]),
    );
    const read = (await take(400)) as number[];
    await written;
    expect(read.filter((seq) => seq < 1000)).toEqual(upTo(200));
    expect(read.filter((seq) => seq > 1000)).toEqual(upTo(200).map((seq) => 1000 + seq));
    expect(await rest()).toEqual([]);
  });

  it('reads a file that was deleted and written anew from its beginning', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    await writeFile(file, line(1) + line(2));
    const { take, rest } = follow(folder);
    expect(await take(2)).toEqual([1, 2]);
    await rm(folder, { recursive: true });
    const next = take(1);
    await mkdir(folder);
    await writeFile(file, line(3));
    expect(await next).toEqual([3]);
    expect(await rest()).toEqual([]);
  });

  it('reads day files alone, and says where a line stands that cannot be read', async () => {
    const folder = await temporaryFolder();
    for (const name of ['notes.txt', '2026-11-22.jsonl.torn', '2026-11-22.01.jsonl', '2026-11-22.jsonl']) {
      await writeFile(join(folder, name), `${line(1)}garbage of ${name}\n${line(2)}`);
    }
    await mkdir(join(folder, '2026-11-23.jsonl'));
    const { signal } = new AbortController();
    const entries = [];
    for await (const entry of followFolder(folder, { signal, until: AbortSignal.abort() })) entries.push(entry);
    const file = join(folder, '2026-11-22.jsonl');
    expect(entries).toMatchObject([
      { kind: 'record', record: { seq: 1 }, file, line: 1 },
      { kind: 'unreadable', reason: 'not JSON', file, line: 2 },
      { kind: 'record', record: { seq: 2 }, file, line: 3 },
    ]);
  });

  it('an abort ends it at once: before it looks, while it waits, and between two lines', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '2026-11-22.jsonl'), line(1) + line(2));
    for await (const entry of followFolder(folder, { signal: AbortSignal.abort() })) expect(entry).toBe('nothing');
    const between = follow(folder);
    expect(await between.next()).toBe(1);
    between.stop.abort();
    expect(await between.next()).toBeUndefined();
    const waiting = follow(folder);
    await waiting.take(2);
    const next = waiting.next();
    waiting.stop.abort();
    await appendFile(join(folder, '2026-11-22.jsonl'), line(3));
    expect(await next).toBeUndefined();
  });

  it('one more look is taken when the time is up: what was there by then is given', async () => {
    const folder = await temporaryFolder();
    const { take, next, rest } = follow(folder);
    await writeFile(join(folder, '2026-11-22.jsonl'), line(1));
    expect(await take(1)).toEqual([1]);
    const pending = next();
    await appendFile(join(folder, '2026-11-22.jsonl'), line(2) + line(3) + line(4).slice(0, -1));
    expect([await pending, ...(await rest())]).toEqual([2, 3]);
  });

  it('the last look is at all files: what came to one while another was being read is given, too', async () => {
    const folder = await temporaryFolder();
    for (const part of [1, 2]) await writeFile(join(folder, `2026-11-22.${part}.jsonl`), line(part));
    const { take, rest } = follow(folder);
    expect(await take(2)).toEqual([1, 2]);
    await appendFile(join(folder, '2026-11-22.1.jsonl'), line(3));
    expect(await rest()).toEqual([3]);
  });

  it('goes on when a file is deleted before its turn', async () => {
    const folder = await temporaryFolder();
    for (const part of [1, 2, 3]) await writeFile(join(folder, `2026-11-22.${part}.jsonl`), line(part));
    const { take, rest } = follow(folder);
    expect(await take(1)).toEqual([1]);
    await rm(join(folder, '2026-11-22.2.jsonl'));
    expect(await rest()).toEqual([3]);
  });

  it('a path that is no folder is refused', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(follow(file).next()).rejects.toThrow(`${file}: the journal folder is not a folder (ENOTDIR)`);
  });
});
