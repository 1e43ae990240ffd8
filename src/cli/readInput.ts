import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { type Environment } from './environment.ts';
import { CliError, exitCodes, usageError } from './errors.ts';

/** Text of bytes from a file or a pipe, without a byte order mark. */
function decodeInput(bytes: Buffer, name: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  throw usageError(`${name} is not UTF-8`, `Convert it first: iconv -f WINDOWS-1251 -t UTF-8`);
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return decodeInput(Buffer.concat(chunks), 'standard input');
}

/** The password of `--password-stdin`: the first line, without its end, and with the blanks that belong to it. */
export async function readPassword(environment: Environment): Promise<string> {
  const { stdin, stderr } = environment;
  if (stdin.isTTY && stderr.isTTY) return promptPassword('Password: ', environment);
  const text = await readAll(stdin);
  const [line = '', ...rest] = text.split(/\r?\n/);
  if (rest.some((other) => other !== '')) {
    throw usageError('--password-stdin got more than one line', 'Send the password alone: printf %s "$PASSWORD" | …');
  }
  return line;
}

/** A value that may be `-` (standard input) or `@file`. One newline at the end, as editors leave it, is dropped. */
export async function readText(value: string, { stdin, cwd }: Environment): Promise<string> {
  if (value === '-') return (await readAll(stdin)).replace(/\r?\n$/, '');
  if (!value.startsWith('@')) return value;
  return (await readTextFile(value.slice(1), cwd)).replace(/\r?\n$/, '');
}

/** A file that the user named. */
export async function readTextFile(path: string, cwd: string): Promise<string> {
  const text = await readTextFileIfThere(path, cwd);
  if (text === undefined) throw usageError(`cannot read ${path}: there is no such file`);
  return text;
}

/** Nobody means to give a longer one, and it would fill the memory. */
const longestFile = 64 * 1024 * 1024;

/** The same for a file that need not be there: undefined when it is not. */
export async function readTextFileIfThere(path: string, cwd: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    const { size } = await stat(resolve(cwd, path));
    if (size > longestFile) throw new Error(`it has ${size} bytes, more than 64 MiB`);
    bytes = await readFile(resolve(cwd, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw usageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return decodeInput(bytes, path);
}

/** Asks for a password on the terminal without showing it. */
export function promptPassword(question: string, { stdin, stderr, signal }: Environment): Promise<string> {
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
    prompt.once('line', (line) => finish(() => resolvePrompt(line)));
    prompt.once('SIGINT', () => finish(() => reject(interrupted)));
    signal.addEventListener('abort', () => finish(() => reject(interrupted)), { once: true });
  });
}
