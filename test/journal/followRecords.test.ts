import { appendFile, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followRecords } from '../../src/journal/followRecords.ts';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from './contract.ts';

const line = (seq: number): string => encodeLine(sampleRecord({ seq }));
const lines = (...seqs: readonly number[]): string => seqs.map(line).join('');
const short = (entry: ScanEntry | undefined): unknown =>
  entry?.kind === 'record' ? entry.record.seq : entry && `${entry.reason} ${entry.line}`;

/** The past, and a way to take what comes; ended with the test. */
async function follow(...paths: readonly string[]) {
  const stop = new AbortController();
  const { past, missing, news } = await followRecords(paths);
  const entries = news(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await entries.return(undefined);
  });
  return {
    missing,
    stop,
    past: async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for await (const entry of readRecords(past)) all.push(short(entry));
      return all;
    },
    take: async (count: number): Promise<unknown[]> => {
      const all: unknown[] = [];
      while (all.length < count) all.push(short((await entries.next()).value ?? undefined));
      return all;
    },
  };
}

describe('followRecords', () => {
  it('parts past and news at one moment: each record is in one of them, once', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    await writeFile(join(folder, '2026-11-21.jsonl.gz'), gzipSync(lines(1)));
    await writeFile(file, lines(2, 3) + line(4).slice(0, 50));
    const { past, take } = await follow(folder);
    // All of it before the past is read.
    await appendFile(file, line(4).slice(50) + lines(5));
    await writeFile(join(folder, '2026-11-22.1.jsonl'), lines(6));
    await writeFile(join(folder, '2026-11-23.jsonl'), lines(7));
    expect(await past()).toEqual([1, 2, 3]);
    expect(await take(4)).toEqual([4, 5, 6, 7]);
    await appendFile(file, lines(8));
    expect(await take(1)).toEqual([8]);
  });

  it('holds over hundreds of lines and several folders and files', async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(one, '2026-11-22.jsonl'), upTo(300).map(line).join(''));
    await writeFile(join(two, 'any.name'), lines(301));
    const { past, take } = await follow(one, join(two, 'any.name'), join(two, 'later'));
    expect(await past()).toHaveLength(301);
    await appendFile(join(one, '2026-11-22.jsonl'), lines(302));
    expect(await take(1)).toEqual([302]);
    await appendFile(join(two, 'any.name'), lines(303));
    expect(await take(1)).toEqual([303]);
    await mkdir(join(two, 'later'));
    await writeFile(join(two, 'later', '2026-11-22.jsonl'), lines(304));
    expect(await take(1)).toEqual([304]);
  });

  it('says what is missing, and waits for it', async () => {
    const folder = await temporaryFolder();
    const [later, file] = [join(folder, 'later'), join(folder, 'file.jsonl')];
    const { missing, past, take } = await follow(later, file);
    expect(missing).toEqual([later, file]);
    expect(await past()).toEqual([]);
    await writeFile(file, lines(1));
    expect(await take(1)).toEqual([1]);
  });

  it('reads a file that was replaced or emptied from its beginning', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    await writeFile(file, lines(1, 2));
    const { take } = await follow(folder);
    await writeFile(join(folder, 'new'), lines(3));
    await rename(join(folder, 'new'), file);
    expect(await take(1)).toEqual([3]);
    await writeFile(file, '');
    await appendFile(file, lines(4));
    expect(await take(1)).toEqual([4]);
  });

  it('gives what a file got just before it was renamed, of a file that was named and of one in a folder', async () => {
    for (const isNamed of [true, false]) {
      const folder = await temporaryFolder();
      const file = join(folder, '2026-11-22.jsonl');
      await writeFile(file, lines(1));
      const { past, take } = await follow(isNamed ? file : folder);
      await appendFile(file, lines(2));
      await rename(file, join(folder, 'old'));
      expect(await past().catch(() => 'gone')).toBe('gone');
      expect(await take(1)).toEqual([2]);
      await writeFile(file, lines(3));
      expect(await take(1)).toEqual([3]);
    }
  });

  it.runIf(platform() === 'linux')('holds few of many files open, and none at its end (needs /proc)', async () => {
    const folder = await temporaryFolder();
    const names = upTo(200).map((day) => new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10));
    for (const name of names) await writeFile(join(folder, `${name}.jsonl`), lines(1));
    const openFiles = async (): Promise<number> => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(links)).filter((target) => target.startsWith(folder)).length;
    };
    const { take, stop } = await follow(folder);
    expect(await openFiles()).toBeLessThan(100);
    await appendFile(join(folder, `${names[0]}.jsonl`), lines(2));
    expect(await take(1)).toEqual([2]);
    expect(await openFiles()).toBeLessThan(100);
    stop.abort();
    expect(await take(1)).toEqual([undefined]);
    expect(await openFiles()).toBe(0);
  });

  it('does not give again what stands before a tail that is cut off', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    const text = upTo(40).map(line).join('');
    await writeFile(file, `${text}garbage\n`);
    const { take } = await follow(folder);
    await writeFile(file, text + lines(41), { flag: 'r+' });
    expect(await take(1)).toEqual([41]);
  });

  it('follows once what is named twice', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    await writeFile(file, lines(1));
    await symlink(folder, join(folder, 'link'));
    const { past, take } = await follow(join(folder, 'link'), folder, file);
    expect(await past()).toEqual([1]);
    await appendFile(file, `${lines(2)}garbage\n${lines(3)}`);
    expect(await take(3)).toEqual([2, 'not JSON 0', 3]);
    await appendFile(file, lines(4));
    expect(await take(1)).toEqual([4]);
  });

  it('numbers lines of files that begin while it follows', async () => {
    const folder = await temporaryFolder();
    const { take } = await follow(folder);
    await writeFile(join(folder, '2026-11-22.jsonl'), `${lines(1)}garbage\n`);
    expect(await take(2)).toEqual([1, 'not JSON 2']);
  });

  it('goes on when a file or the folder is deleted', async () => {
    const folder = join(await temporaryFolder(), 'log');
    await mkdir(folder);
    await writeFile(join(folder, '2026-11-22.jsonl'), lines(1));
    const { take } = await follow(folder);
    await rm(folder, { recursive: true });
    await mkdir(folder);
    await writeFile(join(folder, '2026-11-22.jsonl'), lines(2));
    expect(await take(1)).toEqual([2]);
  });

  it('refuses what is neither file nor folder, and ends at the abort', async () => {
    await expect(followRecords(['/dev/null'])).rejects.toThrow('/dev/null: only files and folders can be followed');
    const { take, stop } = await follow(await temporaryFolder());
    const next = take(1);
    stop.abort();
    expect(await next).toEqual([undefined]);
  });
});
