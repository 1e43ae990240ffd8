import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
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

export interface RunningServe {
  readonly url: string;
  readonly pid: number;
  /** The next line of stdout after the ready line; parsed, for the server runs with --json. */
  readonly nextLine: () => Promise<Record<string, unknown>>;
  readonly stderr: () => string;
  /** Sends the signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts `serve --json --port 0`, and resolves when it is ready; killed when the test ends. */
export async function startServe(args: readonly string[], options: CallOptions = {}): Promise<RunningServe> {
  const child = start(['serve', '--json', '--port', '0', ...args], options);
  onTestFinished(() => void child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`serve ended: ${stderr}`);
    return JSON.parse(value) as Record<string, unknown>;
  };
  const ready = await nextLine();
  return {
    url: String(ready['url']),
    pid: child.pid ?? 0,
    nextLine,
    stderr: () => stderr,
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
    ended,
  };
}
