import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { isatty } from 'node:tty';
import { type Environment, type Output, OutputClosedError } from './environment.ts';
import { exitCodes } from './errors.ts';
import { run } from './run.ts';
import { shellOperand } from '../protocol/shellQuote.ts';
import { safeMessage } from './safeMessage.ts';
import { Secrets } from './secrets.ts';

/** How this program was called, so that the commands it prints can be typed as they stand. */
function invocation(): string {
  const script = process.argv[1] ?? '';
  if (process.env['npm_command'] === 'exec') return 'npx roistat-hook';
  if (basename(script) === 'roistat-hook') return 'roistat-hook';
  return `node ${shellOperand(relative(process.cwd(), script) || script)}`;
}

const stop = new AbortController();
/** Not AbortSignal.any of two: Node 20 may collect it while it is waited for. */
const stopOrOutputLost = new AbortController();
stop.signal.addEventListener('abort', () => stopOrOutputLost.abort(stop.signal.reason));
/** There once a command has asked for it, for it has something to say before it ends. */
let urgent: AbortController | undefined;
const secrets = new Secrets(process.argv.slice(2), process.env);
/** How long the end may wait after a signal for what is still to be printed, in milliseconds. */
const exitGraceMs = 1000;

/** What Node hides behind a stream. */
interface StreamHandle {
  readonly setBlocking: (blocks: boolean) => void;
}

/**
 * Whether what a descriptor stands for can be opened once more, as libuv does with a terminal. One that it could not
 * (that of another account, after `su`) it would ask again without a pause; there the terminal may block.
 */
function canBeReopened(fd: number): boolean {
  try {
    closeSync(openSync(`/proc/self/fd/${fd}`, constants.O_RDWR | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}

/** A message of the last resort, for what `run` does not see. */
function note(message: string): void {
  process.stderr.write(`${message}\n`);
}

/**
 * A reader that goes away (`serve | head`) stops the program; a disk that is full under `> file` is told once, and stops
 * those commands alone that ask for it.
 */
function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop.abort(new OutputClosedError('nobody reads the output'));
    else if (stream !== process.stderr && !stopOrOutputLost.signal.aborted) {
      note(`error: the output cannot be written: ${error.message}`);
      process.exitCode = exitCodes.environment;
      stopOrOutputLost.abort();
    }
  });
  return {
    write: (text) => void stream.write(text),
    flushed: async () => {
      if (stream.writableNeedDrain && !stop.signal.aborted)
        await once(stream, 'drain', { signal: stop.signal }).catch(() => {});
    },
    pending: () => stream.writableLength,
    neverWait: () => {
      // Node lets a terminal block, and says so nowhere but in its source; a pipe does not.
      const handle = Reflect.get(stream, '_handle') as Partial<StreamHandle> | undefined;
      if (canBeReopened(stream.fd)) handle?.setBlocking?.(false);
    },
    isTTY: isatty(stream.fd),
    columns: stream.columns,
  };
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!stop.signal.aborted) return stop.abort();
    // The second one means: now.
    if (!urgent || urgent.signal.aborted) process.exit(exitCodes.interrupted);
    urgent.abort();
  });
}
// Node's own code for an uncaught exception, 1, would say that a handler's answer is wrong.
process.on('uncaughtException', (error) => {
  const text = process.argv.includes('--verbose') ? (error.stack ?? error.message) : `error: ${error.message}`;
  note(safeMessage(text, secrets));
  process.exit(exitCodes.environment);
});

const environment: Environment = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  get stdin() {
    return process.stdin;
  },
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  invocation: invocation(),
  secrets,
  now: () => new Date(),
  elapsed: () => performance.now(),
  signal: stop.signal,
  signalOrOutputLost: stopOrOutputLost.signal,
  urgent: () => (urgent ??= new AbortController()).signal,
};

/** Not before a stream has told of an error, which it does after it has called back. */
const exit = (): unknown => setImmediate(() => process.exit());

async function main(): Promise<void> {
  const code = await run(environment);
  // A full disk under `> file` may be known by now, or later.
  process.exitCode ??= code;
  // After a signal nobody may be left to read what is still to be printed; else it is waited for. What is left over then,
  // such as a connection that is still being made or V8 optimizing, is not.
  if (stop.signal.aborted) setTimeout(() => process.exit(), exitGraceMs).unref();
  else process.stdout.write('', () => process.stderr.write('', exit));
}

// Not a top-level await, which the built program, being CommonJS, cannot have.
void main();
