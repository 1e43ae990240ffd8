import { constants } from 'node:os';
import { type DecodedLine } from './line.ts';
import { type JournalRecord } from './record.ts';

/**
 * A line of the journal and where it stands: `line` counts from 1, or from -1 at the end of the file when it is read from
 * there; 0 when it was not counted.
 */
export type ScanEntry = DecodedLine & {
  readonly file: string;
  readonly line: number;
  /** The line itself, where who reads it wants to give it on. */
  readonly text?: string | undefined;
};

/** Where requests are recorded. Every implementation passes `test/journal/contract.ts`. */
export interface Journal {
  /**
   * Records a request; `line` is its line, where that is made already. Resolves when it is durable: it is read back
   * after a crash. Rejects with JournalError when it could not be written; then it must not be acknowledged.
   */
  append(record: JournalRecord, line?: string): Promise<void>;
  /** Everything recorded so far, in the order of recording; lines that cannot be read come as `unreadable`. */
  scan(): AsyncGenerator<ScanEntry>;
  /** Waits for what is being written, and takes nothing more. */
  close(): Promise<void>;
}

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the journal folder is gone',
  ENOTDIR: 'the journal folder is not a folder',
  EEXIST: 'the journal folder is not a folder',
  EROFS: 'the disk is read-only',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EFBIG: 'a file may not grow any larger',
  EIO: 'the disk reports an input/output error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
};

/** The name of an error; Node has none for a quota that is used up. */
function codeOf({ code, errno }: NodeJS.ErrnoException): string | undefined {
  return errno === -constants.errno.EDQUOT ? 'EDQUOT' : code;
}

/** A record could not be written, or the journal cannot be opened. The message is one line for the operator. */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  /** Puts an error of the operating system into words. */
  static from(error: unknown, place: string): JournalError {
    if (error instanceof JournalError) return error;
    const { message } = error as NodeJS.ErrnoException;
    const code = codeOf(error as NodeJS.ErrnoException);
    const reason = (code !== undefined && reasons[code]) || message;
    return new JournalError(`${place}: ${reason}${code === undefined ? '' : ` (${code})`}`, { cause: error });
  }
}
