import { execFileSync } from 'node:child_process';
import { appendFile, open, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { runCli, startServe } from '../helpers/cli.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { canMount } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, recordsOf, upTo } from '../journal/contract.ts';

/** Makes the folder read-only by its name until the test ends or `lift` is called; what is open already stays as it is. */
function readOnly(folder: string): { readonly lift: () => void } {
  const unmount = (): void => void execFileSync('umount', ['--lazy', folder]);
  execFileSync('mount', ['--bind', folder, folder]);
  let mounted = true;
  const lift = (): void => {
    if (mounted) unmount();
    mounted = false;
  };
  onTestFinished(lift);
  execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
  return { lift };
}

describe.runIf(canMount)('a journal folder that is read-only (needs root)', () => {
  it('while the server runs: 503 and the reason as soon as a file is to be made; later it is healed', async () => {
    const folder = await temporaryFolder();
    const serve = await startServe(['--quiet', '--log-dir', folder]);
    const get = keepAliveCaller();
    const statusOf = async (id: string): Promise<number> => (await get(`${serve.url}?action=lead&id=${id}`)).status;
    const { lift } = readOnly(folder);
    // The file is open, and goes on being written: that is durable, and so it may be answered ok.
    expect(await statusOf('1')).toBe(200);
    lift();
    for (const name of await readdir(folder)) await rm(join(folder, name));
    const second = readOnly(folder);
    for (const id of ['2', '3']) expect(await statusOf(id)).toBe(503);
    second.lift();
    expect(await statusOf('4')).toBe(200);
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toBe(
      `${folder}: the disk is read-only (EROFS)\n` +
        'Requests are answered 503 until it can be written again.\nThe journal can be written again.\n',
    );
    const [name = ''] = await readdir(folder);
    expect(await readFile(join(folder, name), 'utf8')).toMatch(/^[^\n]*"id":"4"[^\n]*\n$/);
  });

  it('at the start: exit code 3 and one sentence', async () => {
    const folder = await temporaryFolder();
    readOnly(folder);
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--inspect-port', '0', '--log-dir', folder]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `error: ${folder}: the disk is read-only (EROFS)\nChoose a folder that can be written with --log-dir.\n`,
    );
  });
});

describe('a file that somebody else spoils while the server runs', () => {
  it('is mended before the next record, and the operator is told what was set aside', async () => {
    const folder = await temporaryFolder();
    const serve = await startServe(['--quiet', '--log-dir', folder]);
    const get = keepAliveCaller();
    const lead = (id: string): string => `${serve.url}?action=lead&id=${id}`;
    expect(await get(lead('1'))).toMatchObject({ status: 200 });
    const [name = ''] = await readdir(folder);
    const file = join(folder, name);
    await appendFile(file, '{"half');
    expect(await get(lead('2'))).toMatchObject({ status: 200 });
    expect(await serve.stop()).toBe(0);
    const records = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(records.map((line) => (JSON.parse(line) as JournalRecord).parameters['id'])).toEqual(['1', '2']);
    const told = serve.stderr().replaceAll(/\s+/g, ' ');
    expect(told).toMatch(
      /^\S+\.jsonl ended in \d+ bytes of an unfinished line .* they were moved to \S+\.jsonl\.torn $/,
    );
    expect(told).toContain(`${file}.torn`);
  });
});

describe('a clock that steps', () => {
  it('back and forth over midnight under load, with restarts: every record is there, those of a run in their order', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock('2026-11-22T23:59:59.999Z');
    const moments = [
      '2026-11-23T00:00:00.000Z',
      '2026-11-22T23:59:58.000Z',
      '2026-11-24T12:00:00.000Z',
      '2026-11-22T00:00:00.000Z',
    ];
    let seq = 0;
    let journal = await FolderJournal.open(folder, clock.day);
    const run = async (name: string): Promise<void> => {
      const appends: Array<Promise<void>> = [];
      for (const moment of moments) {
        clock.set(moment);
        for (const _ of upTo(20)) appends.push(journal.append(clock.record((seq += 1), { run: name })));
      }
      await Promise.all(appends);
    };
    for (const name of ['one', 'two', 'three']) {
      await run(name);
      await journal.close();
      // The clock stands at the earliest of the moments: the file of that day is opened once more.
      journal = await FolderJournal.open(folder, clock.day);
      expect(journal.tornTails).toEqual([]);
    }
    const records = await recordsOf(journal);
    await journal.close();
    expect(records.map((record) => record.seq).toSorted((a, b) => a - b)).toEqual(upTo(240));
    for (const name of ['one', 'two', 'three']) {
      const seqs = records.filter((record) => record.run === name).map((record) => record.seq);
      expect(seqs).toHaveLength(80);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    }
  });
});

describe('a start on a journal of 256 MiB', () => {
  it('reads its end alone', async () => {
    const folder = await temporaryFolder();
    const clock = new FakeClock();
    const lines = Buffer.from(encodeLine(clock.record(1)).repeat(16_384));
    const file = await open(join(folder, `${clock.day}.jsonl`), 'a');
    for (let size = 0; size < 256 * 1024 * 1024; size += lines.length) await file.write(lines);
    await file.close();
    const serve = await startServe(['--quiet', '--log-dir', folder]);
    const [, read = ''] = /^rchar: (\d+)$/m.exec(await readFile(`/proc/${serve.pid}/io`, 'utf8')) ?? [];
    expect(Number(read)).toBeGreaterThan(0);
    // The program itself is a few MB.
    expect(Number(read)).toBeLessThan(32 * 1024 * 1024);
    expect(await serve.stop()).toBe(0);
  });
});
