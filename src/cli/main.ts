import { basename, relative } from 'node:path';
import { isatty } from 'node:tty';
import { type Environment, type Output } from './environment.ts';
import { exitCodes } from './errors.ts';
import { run } from './run.ts';

/** How this program was called, so that the commands it prints can be typed as they stand. */
function invocation(): string {
  const script = process.argv[1] ?? '';
  if (process.env['npm_command'] === 'exec') return 'npx roistat-hook';
  if (basename(script) === 'roistat-hook') return 'roistat-hook';
  return `node ${relative(process.cwd(), script) || script}`;
}

function output(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  // The reader went away (`roistat-hook … | head`): there is nobody left to tell.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.ok);
    throw error;
  });
  return {
    write: (text) => void stream.write(text),
    isTTY: isatty(stream.fd),
    columns: stream.columns,
  };
}

function signal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // The second one means: now.
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

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
  now: () => new Date(),
  elapsed: () => performance.now(),
  signal: signal(),
};

process.exitCode = await run(environment);
