import { open, readdir, readFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

type Method = 'appendFile' | 'datasync' | 'stat' | 'sync';
type Call = (data?: Uint8Array) => Promise<unknown>;

/**
 * Lets `around` answer the calls of a method of all open files, until the test ends: to watch what the disk is asked
 * to do, or to let it fail as no real disk does on demand. The method is Node's; `real` calls it.
 */
export async function aroundDisk(method: Method, around: (real: Call, data: Uint8Array) => Promise<unknown>) {
  const handle = await open(devNull);
  await handle.close();
  const methods = Object.getPrototypeOf(handle) as Record<Method, Call>;
  const original = methods[method];
  methods[method] = function (this: unknown, data = new Uint8Array()) {
    return around((given) => Reflect.apply(original, this, [given]), data);
  };
  onTestFinished(() => {
    methods[method] = original;
  });
}

/** An error as the operating system reports it. */
export function diskError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: the test lets the disk fail`), { code });
}

/** Files of a folder, by name in order, with their lines. Fails when one does not end with a newline. */
export async function linesByFile(folder: string): Promise<Record<string, string[]>> {
  const names = (await readdir(folder)).toSorted();
  const entries = names.map(async (name): Promise<[string, string[]]> => {
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
    if (lines.pop() !== '') throw new Error(`${name} ends within a line`);
    return [name, lines];
  });
  return Object.fromEntries(await Promise.all(entries));
}
