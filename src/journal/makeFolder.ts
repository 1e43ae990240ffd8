import { mkdir, open } from 'node:fs/promises';
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

/** Creates a folder and what is missing above it (mode 0700), so that a power cut does not take them away again. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const highest = dirname(resolve(first));
  let folder = resolve(path);
  while (folder !== highest && folder !== dirname(folder)) {
    folder = dirname(folder);
    try {
      await syncFolder(folder);
    } catch (error) {
      // A folder that may be written but not read (a drop box) cannot be synced, and that is no reason to refuse it.
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    }
  }
}
