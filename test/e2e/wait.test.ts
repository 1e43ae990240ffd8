import { appendFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../src/journal/line.ts';
import { runCli, startProgram, startServe } from '../helpers/cli.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Times and durations, which differ from run to run. */
const steady = (text: string): string =>
  text.replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS').replaceAll(/after [\d.]+ m?s/g, 'after 0 s');

const brief = ['--timeout', '50ms'];

describe('wait, the built program', () => {
  it('counts records that came before it was started, in a serve that still runs or has ended', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await fetch(`${serve.url}?action=lead&id=1&phone=%2B79990001122`);
    await fetch(`${serve.url}?action=message&leadId=order-1&text=a`);
    const expected = {
      code: 0,
      stdout: '✓ 1 lead in roistat-log after 0 s\n  HH:MM:SS #1 lead 1  200  +7999***22  → order-1\n',
      stderr: 'Waiting up to 30.0 s for 1 lead in roistat-log\n',
    };
    for (const end of [serve.stop, undefined]) {
      const { stdout, ...rest } = await runCli(['wait', '--action', 'lead'], { cwd });
      expect({ ...rest, stdout: steady(stdout) }).toEqual(expected);
      await end?.();
    }
  });

  it('ends as soon as the records are there that come while it waits, of any caller', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    const args = ['--count', '2', '--action', 'lead', '--where', 'phone=+79990001122', 'text~ДОСТАВКА', '--show-pii'];
    const wait = startProgram(['wait', ...args], { cwd });
    await wait.waitFor(/Waiting up to/, 'stderr');
    const text = encodeURIComponent('быстрая доставка');
    await fetch(`${serve.url}?action=lead&id=1&phone=%2B79990001122&text=${text}`);
    await fetch(`${serve.url}?action=lead&id=2&phone=%2B79990001133&text=${text}`);
    await fetch(`${serve.url}?action=message&leadId=3&phone=%2B79990001122&text=${text}`);
    await fetch(`${serve.url}?action=lead&id=4&phone=%2B79990001122&text=${text}`);
    expect(await wait.ended).toBe(0);
    expect(wait.stdout()).toMatch(/^✓ 2 leads .*\n.* #1 lead 1 .*\+79990001122 .*\n.* #4 lead 4 .*\+79990001122 .*\n$/);
  });

  it('may be started before serve, when the folder does not exist yet', async () => {
    const cwd = await temporaryFolder();
    const wait = startProgram(['wait', '--log-dir', 'ci-log'], { cwd });
    await wait.waitFor(/Waiting up to/, 'stderr');
    expect(await readdir(cwd)).toEqual([]);
    const serve = await startServe(['--log-dir', 'ci-log'], { cwd });
    await fetch(`${serve.url}?action=lead&id=7`);
    expect(await wait.ended).toBe(0);
    expect(wait.stdout()).toContain('lead 7  200  → order-7');
  });

  it('sees what several instances record in one folder', async () => {
    const cwd = await temporaryFolder();
    const serves = [await startServe([], { cwd }), await startServe([], { cwd })];
    const wait = startProgram(['wait', '--count', '4', '--json'], { cwd });
    for (const id of [1, 2]) await Promise.all(serves.map(({ url }) => fetch(`${url}?action=lead&id=${id}`)));
    expect(await wait.ended).toBe(0);
    const { records } = JSON.parse(wait.stdout()) as { records: Array<{ run: string; seq: number }> };
    expect(new Set(records.map(({ run, seq }) => `${run} ${seq}`)).size).toBe(4);
  });

  it('ends with 1 when the time runs out, and says what came instead', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    const queries = ['lead&id=1&phone=%2B79990001122', 'lead&id=2&phone=%2B79990001133', 'lead&id=3', 'task', 'task'];
    for (const query of queries) await fetch(`${serve.url}?action=${query}`);
    const args = ['--count', '2', '--action', 'lead', '--where', 'phone=+79990001122', ...brief];
    const { code, stdout } = await runCli(['wait', ...args], { cwd });
    expect(code).toBe(1);
    expect(steady(stdout)).toBe(
      [
        '✗ 1 of 2 leads in roistat-log after 0 s',
        '  HH:MM:SS #1 lead 1  200  +7999***22  → order-1',
        'Others:',
        '  1 lead with another phone: +7999***33',
        '  1 lead without phone',
        '  2 tasks',
        '',
      ].join('\n'),
    );
  });

  it('waits for the lead of an order, and says how to search for one', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    for (const id of [1, 2]) await fetch(`${serve.url}?action=lead&id=${id}`);
    const seen = await runCli(['wait', '--order', 'order-2'], { cwd });
    expect(steady(seen.stdout)).toMatch(/^✓ 1 record in roistat-log .*\n {2}HH:MM:SS #2 lead 2 /);
    const other = await runCli(['wait', '--order', 'order-3', ...brief], { cwd });
    expect(other.stdout).toContain('\nOthers:\n  2 leads with another order_id: order-2, order-1\n');
    const wrong = await runCli(['wait', '--where', 'orderId=order-2', ...brief], { cwd });
    expect(wrong.stdout).toContain(
      '\n  2 leads without orderId\n  → orderId is no parameter of a request: use --order.\n',
    );
  });

  it('says so when the folder does not exist or has no records', async () => {
    const cwd = await temporaryFolder();
    const missing = await runCli(['wait', ...brief], { cwd });
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain(`${join(cwd, 'roistat-log')} does not exist.\n  → Is serve running`);
    await mkdir(join(cwd, 'roistat-log'));
    const empty = await runCli(['wait', ...brief], { cwd });
    expect(empty.stdout).toContain(`${join(cwd, 'roistat-log')} has no records.\n  → Is serve running`);
    await rm(join(cwd, 'roistat-log'), { recursive: true });
    await runCli(['wait', ...brief], { cwd });
    await expect(stat(join(cwd, 'roistat-log'))).rejects.toThrow('ENOENT');
  });

  it('gives one JSON document, with the records as they stand in the journal', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, 'log'));
    const record = sampleRecord({ parameters: { phone: '+79990001122', text: 'a\u202eb\u001b[31m' } });
    const other = sampleRecord({ seq: 2, action: 'message' });
    await writeFile(join(cwd, 'log', '2026-11-22.jsonl'), `garbage\n${encodeLine(other)}${encodeLine(record)}`);
    const args = ['wait', '--log-dir', 'log', '--action', 'lead', '--json', ...brief];
    const seen = await runCli(args, { cwd });
    const facts = { matched: 1, seen: 2, unreadable: 1, waitedMs: expect.any(Number), records: [record] };
    expect(seen.code).toBe(0);
    expect(JSON.parse(seen.stdout)).toEqual({ verdict: 'seen', wanted: 1, ...facts });
    expect(seen.stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    const timedOut = await runCli([...args, '--count', '2'], { cwd });
    expect(timedOut.code).toBe(1);
    expect(JSON.parse(timedOut.stdout)).toEqual({ verdict: 'timed-out', wanted: 2, ...facts });
    expect(timedOut.stderr).toMatch(/^note: 1 line cannot be read .*\n?.*2026-11-22\.jsonl:1: not JSON\n$/);
  });

  it('reads what is there to its end, however short the time is', async () => {
    const cwd = await temporaryFolder();
    const file = join(cwd, '2026-11-22.jsonl');
    const other = encodeLine(sampleRecord({ action: 'message' }));
    for (let part = 0; part < 5; part += 1) await appendFile(file, other.repeat(2000));
    await appendFile(file, encodeLine(sampleRecord()));
    const { code } = await runCli(['wait', '--log-dir', '.', '--action', 'lead', '--timeout', '0.5ms'], { cwd });
    expect(code).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 on %s, and prints no result', async (signal) => {
    const wait = startProgram(['wait'], { cwd: await temporaryFolder() });
    await wait.waitFor(/Waiting up to/, 'stderr');
    expect(await wait.stop(signal)).toBe(130);
    expect(wait.stdout()).toBe('');
  });

  it('ends with 3 when the folder cannot be read', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'file'), '');
    const { code, stdout, stderr } = await runCli(['wait', '--log-dir', 'file', '--json'], { cwd });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error: .*file: the journal folder is not a folder \(ENOTDIR\)\n.*--log-dir\.\n$/);
  });

  it('takes its options from the environment', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, '2026-11-22.jsonl'), encodeLine(sampleRecord()));
    const env = { ROISTAT_HOOK_LOG_DIR: '.', ROISTAT_HOOK_WHERE: 'id=90', ROISTAT_HOOK_TIMEOUT: '50ms' };
    expect((await runCli(['wait'], { cwd, env })).code).toBe(0);
    expect((await runCli(['wait'], { cwd, env: { ...env, ROISTAT_HOOK_WHERE: 'id=91' } })).code).toBe(1);
    const wrong = await runCli(['wait'], { cwd, env: { ...env, ROISTAT_HOOK_WHERE: 'id' } });
    expect(wrong.stderr).toContain('ROISTAT_HOOK_WHERE is "id"');
    expect(wrong.code).toBe(2);
  });
});
