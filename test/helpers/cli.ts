import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The launcher of the built program. */
export const binary = fileURLToPath(new URL('../../bin/roistat-hook.js', import.meta.url));

export interface CallOptions {
  readonly cwd?: string;
  /** Added to an environment that has no settings of ours, no proxy and no colour. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function start(args: readonly string[], { cwd, env = {} }: CallOptions): Child {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [binary, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function text(stream: Readable): Promise<string> {
  let all = '';
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) all += chunk;
  return all;
}

/** Runs the built program to its end. */
export async function runCli(args: readonly string[], options: CallOptions = {}): Promise<Finished> {
  const child = start(args, options);
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

export interface RunningProgram {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the match as soon as stdout (or stderr) has it; rejects when the program ends before. */
  readonly waitFor: (pattern: RegExp, stream?: 'stdout' | 'stderr') => Promise<RegExpExecArray>;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Follows a program that goes on; killed when the test ends. */
export function follow(child: Child, kill = (signal: NodeJS.Signals): unknown => child.kill(signal)): RunningProgram {
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    waitFor: (pattern, stream = 'stdout') =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stream === 'stdout' ? stdout : stderr);
          if (match) done(() => resolve(match));
        };
        const fail = (): void => done(() => reject(new Error(`ended without ${pattern.source}: ${stdout}${stderr}`)));
        const done = (settle: () => void): void => {
          child[stream].off('data', look);
          child.off('close', fail);
          settle();
        };
        child[stream].on('data', look);
        child.once('close', fail);
        look();
      }),
    stop: (signal = 'SIGTERM') => {
      kill(signal);
      return ended;
    },
    ended,
  };
}

/** Starts the built program, for one that goes on until it is stopped. */
export function startProgram(args: readonly string[], options: CallOptions = {}): RunningProgram {
  const child = start(args, options);
  child.stdin.end(options.stdin ?? '');
  return follow(child);
}

export interface RunningServe extends RunningProgram {
  readonly url: string;
  /** Address of the inspector; `undefined` as a text with --no-inspect. */
  readonly inspectUrl: string;
  /** The next line of stdout after the ready line, parsed. */
  readonly nextLine: () => Promise<Record<string, unknown>>;
}

/** Starts `serve --json` on free ports, and resolves when it is ready; killed when the test ends. */
export async function startServe(args: readonly string[], options: CallOptions = {}): Promise<RunningServe> {
  const program = startProgram(['serve', '--json', '--port', '0', '--inspect-port', '0', ...args], options);
  let read = 0;
  const nextLine = async (): Promise<Record<string, unknown>> => {
    read += 1;
    const [, line = ''] = await program.waitFor(new RegExp(`^(?:.*\n){${read - 1}}(.*)\n`));
    return JSON.parse(line) as Record<string, unknown>;
  };
  const ready = await nextLine();
  return { ...program, url: String(ready['url']), inspectUrl: String(ready['inspect']), nextLine };
}
