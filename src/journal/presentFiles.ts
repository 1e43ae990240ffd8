import { stat } from 'node:fs/promises';
import { recordFiles } from './recordFiles.ts';
import { inputError, type RecordInput } from './recordInput.ts';

/**
 * The files of the inputs as they are now: what is appended to them later is not read. So records that are sent to the
 * very server that writes them do not go round in a circle. Rejects with JournalError when one is not there.
 */
export async function presentFiles(inputs: readonly RecordInput[]): Promise<RecordInput[]> {
  const files = await recordFiles(inputs);
  return Promise.all(
    files.map(async (file) => {
      // One that was parted before stays as it was: what follows that place is read by somebody else.
      if (file.kind === 'stream' || file.end !== undefined) return file;
      try {
        return { ...file, end: (await stat(file.path)).size };
      } catch (error) {
        throw inputError(error, file.path);
      }
    }),
  );
}
