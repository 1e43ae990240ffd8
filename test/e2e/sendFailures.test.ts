import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { binary, runCli, startProgram } from '../helpers/cli.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';
import { typeLine } from '../helpers/shell.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

describe('send-lead through a proxy that says nothing', () => {
  it('ends when the time is over', async () => {
    const silent = await startTcpServer(() => {});
    const proxy = ['--proxy', `http://127.0.0.1:${silent}`];
    const call = ['send-lead', '--url', 'https://crm.invalid/', ...proxy, '--timeout', '300ms', '--json'];
    const { code, stdout } = await runCli(call);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'unreachable', problems: [{ code: 'timeout' }] });
  });

  it('ends at once when interrupted', async () => {
    const connections = new EventEmitter();
    const silent = await startTcpServer(() => connections.emit('one'));
    const connected = once(connections, 'one');
    const proxy = ['--proxy', `http://127.0.0.1:${silent}`];
    const waiting = startProgram(['send-lead', '--url', 'https://crm.invalid/', ...proxy]);
    await connected;
    expect(await waiting.stop('SIGINT')).toBe(130);
  });
});

/** Whether the port of `serve` is free: it cannot be another one, for it is the default. */
const isDefaultFree = await new Promise<boolean>((resolve) => {
  const socket = connect(8787, '127.0.0.1', () => resolve(false)).once('error', () => resolve(true));
  socket.unref();
});

describe('nobody at the address', () => {
  it.runIf(isDefaultFree).each([
    ['one lead', ['send-lead']],
    ['one lead, as JSON', ['send-lead', '--json']],
    ['a message', ['send-message', '--lead-id', '90']],
    ['many leads', ['send-lead', '--count', '5']],
  ])(
    'names serve and --url where none was given: %s (needs that nothing listens on port 8787)',
    async (_what, args) => {
      const { code, stderr } = await runCli(args);
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /No --url was given: start "node \S+ serve" there, or give the address of your handler with --url\.\n$/,
      );
    },
  );

  it('has nothing to say of serve where an address was given', async () => {
    const { code, stderr } = await runCli(['send-lead', '--url', `http://127.0.0.1:${await freePort()}/`]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });
});

describe('an answer whose Content-Length is wrong', () => {
  it('is told as that, and the hint names it', async () => {
    const body = '{"status":"ok","order_id":"1"}';
    const port = await startTcpServer((socket) => {
      const head = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${body.length + 9}`;
      socket.once('data', () => socket.end(`${head}\r\n\r\n${body}`));
    });
    const { code, stdout } = await runCli(['send-lead', '--url', `http://127.0.0.1:${port}/`]);
    expect(code).toBe(3);
    expect(stdout.replace(/\n +/g, ' ')).toMatch(
      /answer-malformed: the body of the answer from \S+ is not as long as its Content-Length says .*→ If it is the Content-Length, count it in bytes/,
    );
  });
});

describe('a full disk under the output', () => {
  it('ends with 3, not with 0', async () => {
    const line = `'${process.execPath}' '${binary}' token a b > /dev/full`;
    const { status } = spawnSync('sh', ['-c', line], { stdio: 'ignore' });
    expect(status).toBe(3);
  });

  it.runIf(existsSync('/dev/full'))('is told once, and ends what is read or sent', async () => {
    const { url, requests } = await startRawHandler();
    const file = await journalFile(Array.from({ length: 200 }, (_, index) => recordOf('/?id=1', { seq: index + 1 })));
    const run = (args: string) =>
      typeLine(`'${process.execPath}' '${binary}' ${args} > /dev/full`, '.', { PATH: process.env['PATH'] ?? '' });
    const replay = run(`replay '${file}' --url ${url}`);
    expect(await replay.ended).toBe(3);
    expect(replay.stderr()).toMatch(
      /^error: the output cannot be written: [^\n]+\n(note: [^\n]+\n)?Go on with: [^\n]+\n$/,
    );
    expect(requests.length).toBeLessThan(10);
    const log = run(`log '${file}' -n all --json`);
    expect(await log.ended).toBe(3);
    expect(log.stderr()).toMatch(/^error: [^\n]+\n$/);
  });
});
