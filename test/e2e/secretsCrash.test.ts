import { spawn } from 'node:child_process';
import { readdir, readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canary, leaksIn, leaksInFiles, signedToken } from '../helpers/canaries.ts';
import { binary, follow, runCli, startProgram, startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasPython } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { onTerminal } from '../helpers/terminal.ts';

const env = {
  ROISTAT_HOOK_USER: canary.user,
  ROISTAT_HOOK_PASSWORD: canary.password,
  ROISTAT_HOOK_HEADER: `Authorization: Bearer ${canary.bearer}`,
};

/** Breaks a function of Node, as a bug would: the error quotes what it was called with. */
const breakages = {
  'the digest of the password': `require('node:crypto').Hash.prototype.update = (text) => { throw new TypeError('Received ' + text); };`,
  'the digest, later': `require('node:crypto').Hash.prototype.update = (text) => setImmediate(() => { throw new Error('Received ' + text); });`,
  'the connection': `require('node:net').connect = () => { throw new Error('cannot: ' + JSON.stringify(process.env)); };`,
  'standard output': `process.stdout.write = () => { throw new Error('cannot: ' + JSON.stringify(process.env)); };`,
  'a promise': `setTimeout(() => Promise.reject(new Error('cannot: ' + JSON.stringify(process.env))), 0);`,
};

/** Command lines of the processes in a folder: of the program, and of all that it starts there. */
async function processList(cwd: string): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map(async (pid) => {
    const isThere = (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cwd;
    return isThere ? readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
  });
  return (await Promise.all(lines)).join('\n').replaceAll('\0', ' ');
}

describe('a secret', { timeout: 120_000 }, () => {
  it.each(Object.entries(breakages))('is not in what a crash prints: %s', async (_what, code) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'break.cjs'), code);
    const broken = { ...env, NODE_OPTIONS: '--require ./break.cjs' };
    for (const verbose of [[], ['--verbose']]) {
      const {
        code: exitCode,
        stdout,
        stderr,
      } = await runCli(['send-lead', '--url', `http://shop:${canary.login}@127.0.0.1:1/`, ...verbose], {
        cwd,
        env: broken,
      });
      expect(stdout + stderr).toMatch(/Received|cannot/);
      expect(exitCode).toBe(3);
      expect(leaksIn(stdout + stderr)).toEqual([]);
    }
    expect(await leaksInFiles(cwd)).toEqual([]);
  });

  it('is not in what is printed when nobody reads the output', async () => {
    const cwd = await temporaryFolder();
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [binary, 'check', 'http://127.0.0.1:1/', '--verbose'], {
      cwd,
      env: { PATH, ...env },
      stdio: 'pipe',
    });
    child.stdout.destroy();
    const program = follow(child);
    expect(await program.ended).not.toBeNull();
    expect(leaksIn(program.stderr())).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is not in the list of processes, in each way but the flag', async () => {
    const cwd = await realpath(await temporaryFolder());
    await writeFile(join(cwd, '.env'), `ROISTAT_HOOK_PASSWORD="${canary.password}"\n`);
    const waiting: Array<() => void> = [];
    const url = await startHandler((_request, response) => {
      waiting.push(() => response.end('{"status":"ok","order_id":1}'));
    });
    const send = ['send-lead', '--url', url, '--user', canary.user];
    const ways = [
      { args: send, env },
      { args: [...send, '--password-stdin'], stdin: canary.password },
      { args: ['--dotenv', '.env', ...send] },
    ];
    for (const { args, ...options } of ways) {
      const program = startProgram(args, { cwd, ...options });
      await expect.poll(() => waiting.length).toBe(1);
      const list = await processList(cwd);
      expect(list).toContain(`send-lead --url ${url}`);
      expect(leaksIn(list)).toEqual([]);
      waiting.pop()?.();
      expect(await program.ended).toBe(0);
      expect(leaksIn(program.stdout() + program.stderr())).toEqual([]);
    }
    const serve = await startServe([], { cwd, env });
    const list = await processList(cwd);
    expect(list).toContain(' serve ');
    expect(leaksIn(list)).toEqual([]);
    await serve.stop();
  });

  it.runIf(hasPython)('is not echoed where it is asked for (needs python3)', async () => {
    const cwd = await temporaryFolder();
    const { program, type } = onTerminal(
      [process.execPath, binary, 'send-lead', '--url', 'http://127.0.0.1:1/', '--user', canary.user, '--verbose'],
      { cwd, env: { LANG: 'C.UTF-8' } },
    );
    await program.waitFor(/Password for/);
    type(`${canary.password}\n`);
    expect(await program.ended).toBe(3);
    expect(leaksIn(program.stdout() + program.stderr())).toEqual([]);
  });
});

/** What shows a secret because it was asked to: an exception is one only while it does. */
const asked: Readonly<
  Record<string, { readonly args: readonly string[]; readonly shows: string; readonly why: string }>
> = {
  token: { args: ['token'], shows: signedToken, why: 'the token is its result' },
  'send-lead --show-secrets': {
    args: ['send-lead', '--dry-run', '--show-secrets'],
    shows: signedToken,
    why: 'the option says so',
  },
  'log --json of a journal with --keep-token': {
    args: ['log', '--json', '--log-dir', 'kept'],
    shows: canary.token,
    why: 'records as they stand; --keep-token put it there',
  },
};

describe('a secret that is asked for', () => {
  it.each(Object.values(asked))('is shown, for $why', async ({ args, shows }) => {
    const cwd = await temporaryFolder();
    const serve = await startServe(['--keep-token', '--log-dir', 'kept'], { cwd });
    await fetch(`${serve.url}?token=${canary.token}&action=lead&id=1`);
    await serve.stop();
    const { stdout } = await runCli(args, { cwd, env });
    expect(stdout).toContain(shows);
  });

  it('in a kept journal is masked where a terminal shows it', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe(['--keep-token', '--log-dir', 'kept'], { cwd });
    await fetch(`${serve.url}?token=${canary.token}&action=lead&id=1`);
    await serve.stop();
    expect(leaksIn(serve.stdout() + serve.stderr())).toEqual([]);
    for (const more of [[], ['--summary'], ['--columns', 'time,token,target']]) {
      const { stdout, stderr } = await runCli(['log', '--log-dir', 'kept', ...more], { cwd, env });
      expect(leaksIn(stdout + stderr)).toEqual([]);
    }
  });
});
