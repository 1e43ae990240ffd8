import { mkdir, open, type FileHandle, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { environmentError, usageError } from './errors.ts';

/** A file that a report goes into at the end. */
interface ReportFile<Format> {
  readonly format: Format;
  readonly path: string;
  readonly handle: FileHandle;
}

const cannotWrite = (path: string, reason: string, cause?: unknown): Error =>
  environmentError(`the report ${path} cannot be written: ${reason}`, 'Choose another file.', cause);

/** Opens a file without changing what is in it: a report of before stays until there is another one. */
async function openFile(path: string, whole: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(whole), { recursive: true });
    const there = await stat(whole).catch(() => undefined);
    // To open a pipe would wait for its reader.
    if (there && !there.isFile() && !there.isCharacterDevice()) throw new Error('it is not a file');
    return await open(whole, 'a');
  } catch (error) {
    throw cannotWrite(path, (error as Error).message, error);
  }
}

/** Opens files at the start, so that one that cannot be written is known before a handler is called. */
export async function openReportFiles<Format>(
  paths: ReadonlyArray<readonly [Format, string]>,
  cwd: string,
): Promise<Array<ReportFile<Format>>> {
  const wholePaths = paths.map(([, path]) => resolve(cwd, path));
  const twice = wholePaths.find((path, index) => wholePaths.indexOf(path) !== index);
  if (twice !== undefined) throw usageError(`two reports go into ${twice}`, 'Give each report a file of its own.');
  const files: Array<ReportFile<Format>> = [];
  try {
    for (const [format, path] of paths) {
      files.push({ format, path, handle: await openFile(path, resolve(cwd, path)) });
    }
  } catch (error) {
    await closeAll(files);
    throw error;
  }
  return files;
}

/** Puts each report in place of what its file holds, and closes it. */
export async function writeReportFiles<Format>(
  files: ReadonlyArray<ReportFile<Format>>,
  render: (format: Format) => string,
): Promise<void> {
  try {
    for (const { format, path, handle } of files) {
      try {
        if ((await handle.stat()).isFile()) await handle.truncate();
        await handle.writeFile(render(format));
      } catch (error) {
        throw cannotWrite(path, (error as Error).message, error);
      }
    }
  } finally {
    await closeAll(files);
  }
}

async function closeAll(files: ReadonlyArray<ReportFile<unknown>>): Promise<void> {
  for (const { handle } of files) await handle.close();
}
