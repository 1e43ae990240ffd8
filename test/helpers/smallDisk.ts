import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './temporaryFolder.ts';

/** A disk of its own of so many KiB, as a folder; taken away when the test ends. Needs root. */
export async function smallDisk(kibibytes: number): Promise<string> {
  const folder = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=700`, 'tmpfs', folder]);
  // Lazy, for the server that writes there may still be on its way out.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  return folder;
}
