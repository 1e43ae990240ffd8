import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { binary, follow, type RunningProgram } from '../helpers/cli.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { hasBash } from '../helpers/needs.ts';
import { readyUrl } from '../helpers/strace.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

/** Starts `serve` where a process may have so many files and connections open. */
function startLimited(folder: string, files: number): RunningProgram {
  const args = ['serve', '--quiet', '--json', '--port', '0', '--no-inspect', '--log-dir', folder];
  const script = `ulimit -n ${files} && exec "$@"`;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('bash', ['-c', script, 'bash', process.execPath, binary, ...args], {
    env: { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end();
  return follow(child);
}

/** Connections that say nothing. */
function openSilent(url: string, count: number): { readonly closed: () => number; readonly end: () => void } {
  let closed = 0;
  const sockets = upTo(count).map((): Socket => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => (closed += 1));
    return socket.resume();
  });
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(end);
  return { closed: () => closed, end };
}

describe.runIf(hasBash)('no file descriptor is left', () => {
  it('the server goes on for who is connected, records, and answers everybody again afterwards', async () => {
    const folder = await temporaryFolder();
    const serve = startLimited(folder, 60);
    const url = await readyUrl(serve);
    const ids: string[] = [];
    const send = async (get: ReturnType<typeof keepAliveCaller>, id: string): Promise<void> => {
      expect(await get(`${url}?action=lead&id=${id}`)).toMatchObject({ status: 200, json: { status: 'ok' } });
      ids.push(id);
    };
    const connected = keepAliveCaller();
    await send(connected, 'before');

    const silent = openSilent(url, 400);
    // As many as do not fit are turned away.
    await expect.poll(silent.closed).toBeGreaterThan(340);
    for (const count of upTo(5)) await send(connected, `meanwhile-${count}`);
    await expect(keepAliveCaller()(`${url}?action=lead&id=refused`)).rejects.toThrow(/ECONNRESET|hang up/);

    silent.end();
    await expect.poll(() => send(keepAliveCaller(), 'after').then(() => 'ok', String)).toBe('ok');
    expect(await serve.stop()).toBe(0);
    const [name = ''] = await readdir(folder);
    const lines = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as JournalRecord).parameters['id'])).toEqual(ids);
    expect(serve.stderr()).toBe(
      'note: only 60 files and connections may be open at a time, and callers beyond that are turned away (ulimit -n)\n',
    );
  });

  it('where there are enough, nothing is said of them', async () => {
    const serve = startLimited(await temporaryFolder(), 2048);
    await readyUrl(serve);
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toBe('');
  });
});
