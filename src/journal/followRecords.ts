import { type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { FollowedFile } from './followedFile.ts';
import { closeIdle, dayFilePaths, followFiles, isMissing } from './followFolder.ts';
import { JournalError, type ScanEntry } from './journal.ts';
import { recordFiles } from './recordFiles.ts';
import { inputError, type RecordInput } from './recordInput.ts';

/** Folders and files that are followed, parted at one moment: each record is in the past or among the news, once. */
export interface Following {
  /** What stood there at that moment; for `readRecords`. */
  readonly past: readonly RecordInput[];
  /** Those of the paths that do not exist yet. */
  readonly missing: readonly string[];
  /** What comes from then on, in the order in which it is found. Rejects with JournalError. */
  readonly news: (signal: AbortSignal) => AsyncGenerator<ScanEntry>;
}

/** A path and what is there: without links, so that what is named in two ways is followed once. */
interface Place {
  readonly path: string;
  readonly stats: Stats;
}

async function placeOf(path: string): Promise<Place | undefined> {
  try {
    const real = await realpath(path);
    return { path: real, stats: await stat(real) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw inputError(error, path);
  }
}

/** The plain files that a path stands for now. */
async function filesNow(typed: string): Promise<string[]> {
  const place = await placeOf(typed);
  if (!place) return [];
  return place.stats.isDirectory() ? dayFilePaths(place.path) : [place.path];
}

/** Begins to follow journal folders and files of records; they need not exist yet, and may be replaced. */
export async function followRecords(paths: readonly string[]): Promise<Following> {
  const known = new Map<string, FollowedFile>();
  const past: RecordInput[] = [];
  const missing: string[] = [];
  const here: RecordInput[] = [];
  for (const path of paths) {
    const place = await placeOf(path);
    if (!place) missing.push(path);
    else if (place.stats.isFile() || place.stats.isDirectory()) here.push({ kind: 'path', path: place.path });
    else throw new JournalError(`${path}: only files and folders can be followed`);
  }
  for (const input of await recordFiles(here)) {
    if (input.kind === 'stream') continue;
    if (input.path.endsWith('.gz')) {
      past.push(input);
      continue;
    }
    try {
      const file = new FollowedFile(input.path);
      past.push({ ...input, end: await file.skip() });
      known.set(input.path, file);
      await closeIdle(known);
    } catch (error) {
      // Deleted since it was listed.
      if (!isMissing(error)) throw inputError(error, input.path);
    }
  }
  const list = async (): Promise<string[]> => [...new Set((await Promise.all(paths.map(filesNow))).flat())];
  return { past, missing, news: (signal) => followFiles(list, known, { signal }) };
}
