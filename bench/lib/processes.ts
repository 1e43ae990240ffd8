import { type ChildProcess, spawn, spawnSync, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** Servers run on one core and what loads them on another, so that neither takes the other's time. */
export const cores = { server: 0, load: 1 } as const;

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
if (!canPin) console.error('note: processes are not pinned to cores here (that needs Linux, taskset and two cores)');

/** The command on one core, where this machine can do that. */
export function pinned(core: number, command: readonly string[]): string[] {
  return canPin ? ['taskset', '-c', String(core), ...command] : [...command];
}

/** Starts a command; it does not outlive this process. */
export function start(command: readonly string[], stdio: StdioOptions, env: NodeJS.ProcessEnv = {}): ChildProcess {
  const [file = '', ...rest] = command;
  const child = spawn(file, rest, { stdio, env: { ...process.env, ...env } });
  const kill = (): unknown => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

/** Seconds from the start of a command to its end. Rejects when it fails. */
export async function wallTime(command: readonly string[], stdio: StdioOptions = 'ignore'): Promise<number> {
  const begin = performance.now();
  const child = start(command, stdio);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return (performance.now() - begin) / 1000;
}

/** Seconds from the start of a command to its first line on stdout, and the command, which goes on. */
export async function timeToLine(
  command: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly seconds: number; readonly line: string; readonly child: ChildProcess }> {
  const begin = performance.now();
  const child = start(command, ['ignore', 'pipe', 'ignore'], env);
  const lines = createInterface({ input: child.stdout! });
  // Read on to the end: a program whose reader goes away ends.
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string | undefined];
  if (line === undefined) throw new Error(`${command.join(' ')} ended without a line`);
  return { seconds: (performance.now() - begin) / 1000, line, child };
}

/** Ends a command and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
