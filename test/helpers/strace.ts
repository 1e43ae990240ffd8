import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { binary, follow, type RunningProgram } from './cli.ts';

/** The files of a journal that its process touches within a day. */
function journalPaths(folder: string, day: string): string[] {
  const names = [`${day}.jsonl`, `${day}.1.jsonl`, `${day}.2.jsonl`];
  return [folder, ...names.flatMap((name) => [name, `${name}.torn`]).map((name) => join(folder, name))];
}

/**
 * Starts `serve` on a journal, and lets its system calls on the journal's files fail as strace's `inject` says
 * (`write:error=EIO:when=2`). One thread does all work on files, so that the second write is always the same one. The
 * signal that stops it goes to the server, not to strace.
 */
export function startInjected(folder: string, day: string, injections: readonly string[]): RunningProgram {
  const calls = injections.map((injection) => injection.slice(0, injection.indexOf(':'))).join(',');
  // Faster, but a signal is then not delivered before the call.
  const filter = injections.some((injection) => injection.includes(':signal=')) ? [] : ['--seccomp-bpf'];
  const options = ['-f', ...filter, '-qqq', '-o', '/dev/null', '-e', `trace=${calls}`];
  for (const injection of injections) options.push('-e', `inject=${injection}`);
  for (const path of journalPaths(folder, day)) options.push('-P', path);
  const serve = [binary, 'serve', '--quiet', '--json', '--port', '0', '--no-inspect', '--log-dir', folder];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('strace', [...options, process.execPath, ...serve], {
    env: { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC', UV_THREADPOOL_SIZE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: the signal has to reach the server behind strace, which passes none on.
    detached: true,
  });
  child.stdin.end();
  return follow(child, (signal) => process.kill(-(child.pid ?? 0), signal));
}

/** The address in the ready line; rejects when the program ends before. */
export async function readyUrl(program: RunningProgram): Promise<string> {
  const [line] = await program.waitFor(/^.*\n/);
  return String((JSON.parse(line) as Record<string, unknown>)['url']);
}
