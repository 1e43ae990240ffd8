import { JournalError } from './journal.ts';

/** Where records are read from. */
export type RecordInput =
  /** A journal folder, or a file of records with any name, plain or packed with gzip. */
  | {
      readonly kind: 'path';
      readonly path: string;
      /** What stands from this byte on is not read; of a packed file a packed byte. */
      readonly end?: number;
      /** The day of its records, for a day file of a folder; a file that was named may have any name. */
      readonly day?: string;
    }
  /** Lines, or lines packed with gzip. */
  | { readonly kind: 'stream'; readonly name: string; readonly stream: AsyncIterable<Buffer> };

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'there is no such file or folder',
  Z_BUF_ERROR: 'the gzip file is truncated',
  Z_DATA_ERROR: 'the gzip file is damaged',
};

/** An error of reading, in one line for the user. */
export function inputError(error: unknown, place: string): JournalError {
  const { code = '' } = error as NodeJS.ErrnoException;
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) return JournalError.from(error, place);
  return new JournalError(`${place}: ${reason}`, { cause: error });
}
