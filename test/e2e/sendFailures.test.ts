import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { binary, runCli, startProgram } from '../helpers/cli.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';

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

describe('a full disk under the output', () => {
  it('ends with 3, not with 0', async () => {
    const line = `'${process.execPath}' '${binary}' token a b > /dev/full`;
    const { status } = spawnSync('sh', ['-c', line], { stdio: 'ignore' });
    expect(status).toBe(3);
  });
});
