import { mkdir, open, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Makes the names in a folder durable; Windows cannot open a folder for that, and needs no such sync. */
export async function syncFolder(path: string): Promise<void> {
  if (platform() === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/**
 * Creates a folder and what is missing above it (mode 0700), so that a power cut does not take them away again.
 * Not mkdir's own `recursive`, which never returns where a folder cannot be made at all (/proc).
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path);
  const parent = dirname(folder);
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (codeOf(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await mkdir(folder, { mode: 0o700 });
  }
  try {
    await syncFolder(parent);
  } catch (error) {
    // A folder that may be written but not read (a drop box) cannot be synced, and that is no reason to refuse it.
    if (codeOf(error) !== 'EACCES') throw error;
  }
}
