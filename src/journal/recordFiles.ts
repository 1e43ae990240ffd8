import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { compareDayFiles, parseDayFileName } from './dayFiles.ts';
import { entriesOfFile } from './fileEntries.ts';
import { inputError, type RecordInput } from './recordInput.ts';

/** The name of the first record in a file; undefined when there is none that can be read. */
async function firstRecord(path: string): Promise<string | undefined> {
  try {
    for await (const batch of entriesOfFile(path)) {
      const first = batch.find(({ kind }) => kind === 'record');
      if (first?.kind === 'record') return `${first.record.run}:${first.record.seq}`;
    }
  } catch {
    // Deleted, or a packed file that has only begun to be written.
  }
  return undefined;
}

/** Whether a packed day file only repeats the plain one beside it: it is being packed, and the plain one not yet gone. */
async function isCopy(packed: string): Promise<boolean> {
  const first = await firstRecord(packed);
  return first === undefined || first === (await firstRecord(packed.slice(0, -'.gz'.length)));
}

/** The day files of a folder, also those that were packed with gzip; what is there in both forms counts once. */
async function filesOfFolder(folder: string): Promise<RecordInput[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = new Set(entries.filter((entry) => entry.isFile()).map(({ name }) => name));
  const days = Array.from(names, (name) => ({ name, file: parseDayFileName(name.replace(/\.gz$/, '')) }))
    .flatMap(({ name, file }) => (file ? [{ name, ...file }] : []))
    // A day that was packed while serve went on writing: the packed part is the older one.
    .toSorted((a, b) => compareDayFiles(a, b) || b.name.length - a.name.length);
  const files: RecordInput[] = [];
  for (const { name, day } of days) {
    const isBesidePlain = name.endsWith('.gz') && names.has(name.slice(0, -'.gz'.length));
    if (!(isBesidePlain && (await isCopy(join(folder, name)))))
      files.push({ kind: 'path', path: join(folder, name), day });
  }
  return files;
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  yield* createReadStream(path) as AsyncIterable<Buffer>;
}

async function resolveInput(input: RecordInput): Promise<RecordInput[]> {
  if (input.kind === 'stream') return [input];
  const { path } = input;
  try {
    const there = await stat(path);
    if (there.isFile()) return [input];
    if (there.isDirectory()) return await filesOfFolder(path);
    // A pipe, such as the shell's <(…), can be read once and from its beginning.
    return [{ kind: 'stream', name: path, stream: piecesOf(path) }];
  } catch (error) {
    throw inputError(error, path);
  }
}

/**
 * Folders as the files in them, the oldest first, and everything that is no file as a stream; what is named twice (a
 * folder, and a file in it) once. Rejects with JournalError when one is not there.
 */
export async function recordFiles(inputs: readonly RecordInput[]): Promise<RecordInput[]> {
  const files: RecordInput[] = [];
  const seen = new Set<string>();
  for (const file of (await Promise.all(inputs.map(resolveInput))).flat()) {
    if (file.kind === 'path') {
      const place = await realpath(file.path).catch(() => file.path);
      if (seen.has(place)) continue;
      seen.add(place);
    }
    files.push(file);
  }
  return files;
}
