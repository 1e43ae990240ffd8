import { Readable } from 'node:stream';
import { type Environment, type Output } from '../../src/cli/environment.ts';
import { Secrets } from '../../src/cli/secrets.ts';

interface CapturedOutput extends Output {
  readonly text: () => string;
}

function capture(isTTY = false): CapturedOutput {
  let all = '';
  return {
    write: (text) => {
      all += Buffer.from(text).toString();
    },
    text: () => all,
    isTTY,
    columns: undefined,
  };
}

export interface FakeEnvironment extends Environment {
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
}

/** An environment of its own for `run`: a fixed clock, captured outputs, and nothing of this process. */
export function fakeEnvironment(
  argv: readonly string[],
  {
    stdin = '',
    isTTY = false,
    ...fields
  }: Partial<Omit<Environment, 'stdin'>> & { stdin?: string; isTTY?: boolean } = {},
): FakeEnvironment {
  return {
    argv,
    env: {},
    secrets: new Secrets(argv, fields.env ?? {}),
    cwd: '/',
    stdin: Readable.from([stdin]),
    invocation: 'roistat-hook',
    now: () => new Date('2026-11-22T10:00:00.000Z'),
    elapsed: () => performance.now(),
    signal: new AbortController().signal,
    signalOrOutputLost: fields.signal ?? new AbortController().signal,
    urgent: () => new AbortController().signal,
    ...fields,
    stdout: capture(isTTY),
    stderr: capture(isTTY),
  };
}
