import { spawn } from 'node:child_process';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import { type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { binary, follow, type RunningProgram } from '../helpers/cli.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasBash } from '../helpers/needs.ts';
import { readyUrl } from '../helpers/strace.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

/** Starts `serve` where a process may have so many files and connections open. */
function startLimited(folder: string, files: number, options: readonly string[] = ['--no-inspect']): RunningProgram {
  const args = ['serve', '--quiet', '--json', '--port', '0', '--log-dir', folder, ...options];
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

describe.runIf(hasBash)('few file descriptors', () => {
  it('are kept for the journal, and who comes takes the place of who says nothing', async () => {
    const folder = await temporaryFolder();
    const aside = await temporaryFolder();
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
    await expect.poll(silent.closed).toBeGreaterThanOrEqual(400 - 12);
    const other = keepAliveCaller();
    for (const count of upTo(5)) await send(other, `meanwhile-${count}`);
    // Its file has to be opened anew.
    const [before = ''] = await readdir(folder);
    await copyFile(join(folder, before), join(aside, before));
    await rm(join(folder, before));
    await send(other, 'after');
    silent.end();
    expect(await serve.stop()).toBe(0);
    const idsIn = async (path: string): Promise<unknown[]> => {
      const [name = ''] = await readdir(path);
      const lines = (await readFile(join(path, name), 'utf8')).trimEnd().split('\n');
      return lines.map((line) => (JSON.parse(line) as JournalRecord).parameters['id']);
    };
    expect([...(await idsIn(aside)), ...(await idsIn(folder))]).toEqual(ids);
    expect(serve.stderr()).toBe(
      'note: only 60 files and connections may be open at a time (ulimit -n), so at most 12 callers are connected at a time\n',
    );
  });

  it('are enough for the inspector and for a handler, too, while others hold all the connections they get', async () => {
    const waiting: ServerResponse[] = [];
    const handler = await startHandler((_request, response) => void waiting.push(response));
    const folder = await temporaryFolder();
    const serve = startLimited(folder, 256, ['--inspect-port', '0', '--forward', handler]);
    const [line] = await serve.waitFor(/^.*\n/);
    const { url, inspect } = JSON.parse(line) as Record<'url' | 'inspect', string>;
    const callers = openSilent(url, 600);
    const viewers = openSilent(inspect, 28);
    await expect.poll(callers.closed).toBeGreaterThanOrEqual(600 - 92);
    const answers = upTo(92).map((count) => keepAliveCaller()(`${url}?action=lead&id=${count}`));
    // All at once, each with a connection to the handler.
    await expect.poll(() => waiting.length).toBe(92);
    expect((await fetch(inspect)).status).toBe(200);
    // Viewers have their own share, and no more.
    await expect.poll(openSilent(inspect, 100).closed).toBeGreaterThanOrEqual(96);
    for (const response of waiting) response.end('{"status":"ok","order_id":"1"}');
    for (const answer of answers) expect(await answer).toMatchObject({ status: 200 });
    expect(viewers.closed()).toBe(0);
    const [name = ''] = await readdir(folder);
    const records = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
    expect(records.map((text) => (JSON.parse(text) as JournalRecord).forward?.verdict)).toEqual(
      upTo(92).map(() => 'accepted'),
    );
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toMatch(/^note: only 256 [^\n]* at most 92 callers [^\n]*\n$/);
  });

  it('where there are enough, nothing is said of them', async () => {
    const serve = startLimited(await temporaryFolder(), 2048);
    await readyUrl(serve);
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toBe('');
  });
});
