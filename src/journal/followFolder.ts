import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dayFileName, listDayFiles } from './dayFiles.ts';
import { FollowedFile } from './followedFile.ts';
import { JournalError, type ScanEntry } from './journal.ts';

/** Looking is cheap and works everywhere; fs.watch reports nothing on many network and container file systems. */
const pollMs = 100;
/** Many files are looked at less often, so that a journal of years does not keep the processor busy. */
const pollMsPerFile = 1;

export interface FollowOptions {
  /** Ends it at once. */
  readonly signal: AbortSignal;
  /** Ends it after one more look at all files, so that what was there by then is not missed. */
  readonly until?: AbortSignal;
}

export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export async function dayFilePaths(folder: string): Promise<string[]> {
  try {
    return (await listDayFiles(folder)).map((name) => join(folder, dayFileName(name)));
  } catch (error) {
    // The folder may appear later: whoever writes to it has not started yet.
    if (isMissing(error)) return [];
    throw JournalError.from(error, folder);
  }
}

async function* unlessGone(entries: AsyncGenerator<ScanEntry>, path: string): AsyncGenerator<ScanEntry> {
  try {
    yield* entries;
  } catch (error) {
    // Deleted since the folder was listed.
    if (!isMissing(error)) throw JournalError.from(error, path);
  }
}

/** Files that are held open: of a journal of years those alone that were written to last. */
const mostOpen = 64;

/** Lets go all of the files but those that were written to last. */
export async function closeIdle(files: ReadonlyMap<string, FollowedFile>): Promise<void> {
  if (files.size <= mostOpen) return;
  const oldestFirst = Array.from(files.values()).toSorted((a, b) => a.modifiedMs - b.modifiedMs);
  for (const file of oldestFirst.slice(0, -mostOpen)) await file.close();
}

/** Resolves after the time, or at the abort. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch {
    // Only an abort rejects it.
  }
}

/** What there is in files and comes to them: those of `known` from where they were left, all others from the beginning. */
export async function* followFiles(
  list: () => Promise<readonly string[]>,
  known: ReadonlyMap<string, FollowedFile>,
  { signal, until }: FollowOptions,
): AsyncGenerator<ScanEntry> {
  const wake = until ? AbortSignal.any([signal, until]) : signal;
  let files = known;
  try {
    while (!signal.aborted) {
      const isLastLook = until?.aborted ?? false;
      const paths = await list();
      const before = files;
      // What is no longer there is forgotten: a new file of that name is another one.
      files = new Map(paths.map((path) => [path, files.get(path) ?? new FollowedFile(path)]));
      for (const [path, file] of before) if (!files.has(path)) yield* unlessGone(file.rest(), path);
      for (const [path, file] of files) {
        for await (const entry of unlessGone(file.newLines(), path)) {
          if (signal.aborted) return;
          yield entry;
        }
        if (signal.aborted) return;
      }
      if (isLastLook) return;
      await closeIdle(files);
      await pause(Math.max(pollMs, pollMsPerFile * files.size), wake);
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
}

/**
 * Everything in the day files of a journal folder, in the order of the files, and then what other processes append, as
 * it comes. A line is given once, when its newline is there. A folder that is missing counts as empty; where a file was
 * replaced, what is left of it comes before the new one from its beginning. Rejects with JournalError when folder or file cannot be read.
 */
export function followFolder(folder: string, options: FollowOptions): AsyncGenerator<ScanEntry> {
  return followFiles(() => dayFilePaths(folder), new Map(), options);
}
