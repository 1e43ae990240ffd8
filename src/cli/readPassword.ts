import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { type Environment } from './environment.ts';
import { CliError, exitCodes, usageError } from './errors.ts';
import { readAll } from './readText.ts';

/** The password of `--password-stdin`: the first line, without its end, and with the blanks that belong to it. */
export async function readPassword(environment: Environment): Promise<string> {
  const { stdin, stderr, secrets } = environment;
  if (stdin.isTTY && stderr.isTTY) return promptPassword('Password: ', environment);
  const text = await readAll(stdin);
  const [line = '', ...rest] = text.split(/\r?\n/);
  for (const any of [line, ...rest]) secrets.add(any);
  if (rest.some((other) => other !== '')) {
    throw usageError('--password-stdin got more than one line', 'Send the password alone: printf %s "$PASSWORD" | …');
  }
  return line;
}

/** Asks for a password on the terminal without showing it. */
export function promptPassword(question: string, { stdin, stderr, signal, secrets }: Environment): Promise<string> {
  return new Promise((resolvePrompt, reject) => {
    // readline echoes what is typed to its output; this one shows nothing.
    const output = new Writable({ write: (_chunk, _encoding, done) => done() });
    const prompt = createInterface({ input: stdin, output, terminal: true });
    // Only now, for the terminal itself echoes what is typed before readline takes it over.
    stderr.write(question);
    const finish = (act: () => void): void => {
      prompt.close();
      stderr.write('\n');
      act();
    };
    const interrupted = new CliError(exitCodes.interrupted, 'interrupted');
    prompt.once('line', (line) => {
      secrets.add(line);
      finish(() => resolvePrompt(line));
    });
    prompt.once('SIGINT', () => finish(() => reject(interrupted)));
    signal.addEventListener('abort', () => finish(() => reject(interrupted)), { once: true });
  });
}
