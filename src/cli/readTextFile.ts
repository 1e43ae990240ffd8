import { isUtf8 } from 'node:buffer';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from './errors.ts';

/** Text of bytes from a file or a pipe, without a byte order mark. */
export function decodeInput(bytes: Buffer, name: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  throw usageError(`${name} is not UTF-8`, `Convert it first: iconv -f WINDOWS-1251 -t UTF-8`);
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
    // Mostly there is none, so that every command starts without what reads one.
    const found = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.size > longestFile) throw new Error(`it has ${found.size} bytes, more than 64 MiB`);
    const { readFile } = await import('node:fs/promises');
    bytes = await readFile(resolve(cwd, path));
  } catch (error) {
    throw usageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  return decodeInput(bytes, path);
}
