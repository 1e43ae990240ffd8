import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppendFile } from '../../src/journal/appendFile.ts';
import { aroundDisk } from '../helpers/disk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Opens a file, and lets something happen to it after it is open and before its lock is taken. */
async function openAmid(path: string, event: () => Promise<void>): Promise<AppendFile | undefined> {
  let happened = false;
  await aroundDisk('stat', async (real, options) => {
    if (!happened) {
      happened = true;
      await event();
    }
    return real(options);
  });
  const opened = await AppendFile.open(path);
  onTestFinished(() => opened?.file.close());
  return opened?.file;
}

describe('a file that who had it before removes, for it was empty, just while it is opened', () => {
  it('is made anew', async () => {
    const path = join(await temporaryFolder(), '2026-11-22.jsonl');
    const file = await openAmid(path, () => rm(path));
    await file?.append(Buffer.from('{}\n'));
    expect(await readFile(path, 'utf8')).toBe('{}\n');
  });

  it('is left to another that has made it anew meanwhile: what that one is writing is no torn tail', async () => {
    const path = join(await temporaryFolder(), '2026-11-22.jsonl');
    const file = await openAmid(path, async () => {
      await rm(path);
      const other = await AppendFile.open(path);
      onTestFinished(() => other?.file.close());
      await writeFile(path, '{"a line":"on its w');
    });
    expect(file).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('{"a line":"on its w');
  });
});
