import { spawn } from 'node:child_process';
import { follow, type RunningProgram } from './cli.ts';

export interface OnTerminal {
  readonly program: RunningProgram;
  readonly type: (text: string) => void;
}

/** Runs a program on a terminal of its own, which python3 makes; what is typed goes in through `type`. */
export function onTerminal(
  command: readonly string[],
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): OnTerminal {
  const script = 'import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('python3', ['-c', script, ...command], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH, HOME, TERM: 'xterm', ...env },
    stdio: 'pipe',
  });
  return { program: follow(child), type: (text) => void child.stdin.write(text) };
}
