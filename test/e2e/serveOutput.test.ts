import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { binary, runCli, startProgram } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const count = 3000;
const serve = ['serve', '--json', '--port', '0', '--no-inspect', '--exit-after', String(count)];
const all = Array.from({ length: count }, (_, index) => index + 1);

const urlIn = (output: string): string => /"url":"([^"]+)"/.exec(output)?.[1] ?? '';

/** Numbers of the requests that the lines behind the first tell, in order. */
function seqsIn(output: string): number[] {
  expect(output.endsWith('\n')).toBe(true);
  const lines = output.trimEnd().split('\n').slice(1);
  return lines.map((line) => (JSON.parse(line) as { seq: number }).seq).toSorted((a, b) => a - b);
}

const send = (url: string) => runCli(['send-lead', '--url', url, '--count', String(count), '--concurrency', '50']);

describe('serve tells each of thousands of requests once, to the last one before it ends', () => {
  it('in a pipe', async () => {
    const program = startProgram(serve, { cwd: await temporaryFolder() });
    await program.waitFor(/\n/);
    expect((await send(urlIn(program.stdout()))).code).toBe(0);
    expect(await program.ended).toBe(0);
    expect(seqsIn(program.stdout())).toEqual(all);
  });

  it('in a file', async () => {
    const cwd = await temporaryFolder();
    const path = join(cwd, 'out');
    const file = await open(path, 'w');
    const child = spawn(process.execPath, [binary, ...serve], { cwd, stdio: ['ignore', file.fd, 'ignore'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    await file.close();
    const ended = once(child, 'close');
    await expect.poll(() => readFile(path, 'utf8')).toContain('\n');
    expect((await send(urlIn(await readFile(path, 'utf8')))).code).toBe(0);
    expect(await ended).toEqual([0, null]);
    expect(seqsIn(await readFile(path, 'utf8'))).toEqual(all);
  });
});
