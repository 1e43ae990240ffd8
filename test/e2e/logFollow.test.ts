import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { type RunningProgram, startProgram, startServe } from '../helpers/cli.ts';
import { appendToDay, journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, upTo } from '../journal/contract.ts';

const seqsOf = (program: RunningProgram): number[] =>
  Array.from(program.stdout().matchAll(/"seq":(\d+)/g), ([, seq]) => Number(seq));

describe('log --follow, the built program', () => {
  it('shows the last records, and then what comes from a serve', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    for (const id of upTo(3)) await fetch(`${serve.url}?action=lead&id=${id}`);
    const log = startProgram(['log', '-f', '-n', '2'], { cwd });
    await log.waitFor(/#3 lead 3 /);
    await fetch(`${serve.url}?action=lead&id=4`);
    await log.waitFor(/#4 lead 4 .*\n/);
    expect(log.stdout()).toMatch(/^\d{4}-.*\n.*#2 lead 2 .*\n.*#3 lead 3 .*\n.*#4 lead 4 .*\n$/);
    expect(await log.stop('SIGINT')).toBe(0);
    expect(log.stderr()).toBe('');
  });

  it('loses nothing and repeats nothing over full files, midnight and replaced files, in two folders', async () => {
    const cwd = await temporaryFolder();
    const clock = new FakeClock('2026-11-22T23:59:50.000Z');
    const one = await FolderJournal.open(join(cwd, 'one'), clock.day, { fileLimitBytes: 5000 });
    for (const seq of upTo(30)) await one.append(clock.record(seq));
    const log = startProgram(['log', '--follow', 'one', 'two', '--json'], { cwd });
    await log.waitFor(/two does not exist yet; waiting for it\n/, 'stderr');
    const write = async (from: number, to: number): Promise<void> => {
      for (let seq = from; seq <= to; seq += 1) await one.append(clock.record(seq));
    };
    await write(31, 60);
    clock.set('2026-11-23T00:00:00.001Z');
    await write(61, 90);
    await one.close();
    await appendToDay(join(cwd, 'two'), '2026-11-23', journalLines({ seq: 91 }, { seq: 92 }));
    await log.waitFor(/"seq":92,[^]*\n/);
    await writeFile(join(cwd, 'new'), journalLines({ seq: 93 }));
    await rename(join(cwd, 'new'), join(cwd, 'two', '2026-11-23.jsonl'));
    await log.waitFor(/"seq":93,[^]*\n/);
    expect(await log.stop()).toBe(0);
    expect(seqsOf(log)).toEqual(upTo(93));
  });

  it('waits for a folder, and follows what matches alone', async () => {
    const cwd = await temporaryFolder();
    const args = ['log', '-f', '--where', 'id=7', '--columns', 'seq,id'];
    const log = startProgram(args, { cwd });
    await log.waitFor(/roistat-log does not exist yet/, 'stderr');
    expect(log.stdout()).toBe('seq    id\n');
    await mkdir(join(cwd, 'roistat-log'));
    const seven = { parameters: { id: '7' } };
    await appendToDay(join(cwd, 'roistat-log'), '2026-11-22', `garbage\n${journalLines(seven, {}, seven)}`);
    await log.waitFor(/3 {6}7\n/);
    expect(log.stdout()).toBe('seq    id\n1      7\n3      7\n');
    expect(await log.stop()).toBe(0);
    expect(log.stderr().replaceAll('\n', ' ')).toMatch(/note: 1 line cannot be read .*2026-11-22\.jsonl:1: not JSON $/);
  });

  it('gives new records alone with -n 0', async () => {
    const cwd = await temporaryFolder();
    await appendToDay(cwd, '2026-11-22', journalLines({}, {}));
    const log = startProgram(['log', '.', 'later', '-f', '-n', '0', '--json'], { cwd });
    await log.waitFor(/later does not exist/, 'stderr');
    await appendToDay(cwd, '2026-11-22', journalLines({ seq: 3 }));
    await log.waitFor(/"seq":3,/);
    expect(seqsOf(log)).toEqual([3]);
    await log.stop();
  });
});
