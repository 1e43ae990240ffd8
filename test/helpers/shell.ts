import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { binary, follow, type RunningProgram } from './cli.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** A folder for PATH that has `roistat-hook`, as a global installation makes it. */
export async function installedPath(): Promise<string> {
  const folder = await temporaryFolder();
  await chmod(binary, 0o755);
  await symlink(binary, join(folder, 'roistat-hook'));
  await writeFile(join(folder, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

/** Types a line into a POSIX shell. */
export function typeLine(line: string, cwd: string, env: Readonly<Record<string, string>>): RunningProgram {
  const child = spawn('sh', ['-c', line], { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  child.stdin.end();
  // A shell does not pass signals on: they go to its whole group, as Ctrl-C in a terminal does.
  return follow(child, (signal) => process.kill(-(child.pid ?? 0), signal));
}

/** Runs a script as CI services do, in bash that stops at the first failure; what it left running is ended. */
export async function runScript(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  const child = spawn('bash', args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  try {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  } catch {
    // Nothing of its group is left.
  }
  for (const stream of [child.stdout, child.stderr]) if (!stream.closed) await once(stream, 'close');
  return { code, output };
}
