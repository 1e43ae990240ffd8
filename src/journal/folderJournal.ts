import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendFile, FileChangedError } from './appendFile.ts';
import { Batch } from './batch.ts';
import { dayFileName, listDayFiles } from './dayFiles.ts';
import { Gathering } from './gathering.ts';
import { decodeParts } from './hole.ts';
import { type Journal, JournalError, type ScanEntry } from './journal.ts';
import { encodeLine, longestLine } from './line.ts';
import { makeFolder, syncFolder } from './makeFolder.ts';
import { readLines } from './readLines.ts';
import { type JournalRecord } from './record.ts';
import { type TornTail } from './tornTail.ts';

export interface FolderJournalOptions {
  /** A file that has grown to this many bytes is followed by the next part of its day. */
  readonly fileLimitBytes?: number;
  /** Bytes that may wait for the disk; past that, appends are refused instead of filling the memory. */
  readonly waitingLimitBytes?: number;
  /** Called for every torn tail that is set aside, at the opening and later: the next part may be one that a crash left. */
  readonly onTornTail?: (tornTail: TornTail) => void;
}

/** Bytes written in one go; a batch holds at least one line. */
const batchLimitBytes = 8 * 1024 * 1024;
/** Parts of one day that are tried; each is 256 MiB or belongs to another instance. */
const mostParts = 10_000;

/**
 * The journal as a folder (mode 0700) of JSONL files, one a UTC day. Appends that come while a batch is on its way to
 * the disk gather and go as the next one, so many requests share one write and one fdatasync (group commit).
 * Several instances may use one folder: each appends to files of its own.
 */
export class FolderJournal implements Journal {
  readonly #folder: string;
  readonly #fileLimitBytes: number;
  readonly #waitingLimitBytes: number;
  readonly #distrusted = new Set<string>();
  /** Files that may not grow: by a limit of the process (`ulimit -f`) or of the file system, which nobody can ask for. */
  readonly #full = new Set<string>();
  readonly #tornTails: TornTail[] = [];
  readonly #onTornTail: ((tornTail: TornTail) => void) | undefined;
  #file: AppendFile | undefined;
  #day = '';
  /** Oldest first; the last one gathers. */
  readonly #waiting: Batch[] = [];
  #waitingBytes = 0;
  #spare: Buffer | undefined;
  readonly #gathering = new Gathering();
  #writing: Promise<void> | undefined;
  #closed = false;

  private constructor(folder: string, options: FolderJournalOptions) {
    this.#folder = folder;
    this.#fileLimitBytes = options.fileLimitBytes ?? 256 * 1024 * 1024;
    this.#waitingLimitBytes = options.waitingLimitBytes ?? 64 * 1024 * 1024;
    this.#onTornTail = options.onTornTail;
  }

  /**
   * Opens the folder, creates it where it is missing, and mends what a crash left (see `tornTails`).
   * Opens the file of `day` (`YYYY-MM-DD`) at once, so that a folder that cannot be written is known at the start.
   */
  static async open(folder: string, day: string, options: FolderJournalOptions = {}): Promise<FolderJournal> {
    const journal = new FolderJournal(folder, options);
    try {
      await makeFolder(folder);
      await access(folder, constants.W_OK);
      await journal.#mendOlderFiles(day);
      await journal.#openDay(day);
    } catch (error) {
      await journal.close();
      throw JournalError.from(error, folder);
    }
    return journal;
  }

  /** What a crash left behind half-written, and where it was put. */
  get tornTails(): readonly TornTail[] {
    return this.#tornTails;
  }

  append(record: JournalRecord, line = encodeLine(record)): Promise<void> {
    if (this.#closed) return Promise.reject(new JournalError(`${this.#folder}: the journal is closed`));
    const bytes = Buffer.byteLength(line);
    if (bytes > longestLine) {
      return Promise.reject(new JournalError(`${this.#folder}: a record of ${bytes} bytes is too long`));
    }
    if (this.#waitingBytes + bytes > this.#waitingLimitBytes) {
      return Promise.reject(new JournalError(`${this.#folder}: the disk does not keep up with the requests`));
    }
    const batch = this.#batchFor(record.receivedAt.slice(0, 10), bytes);
    batch.add(line, bytes);
    this.#waitingBytes += bytes;
    if (this.#writing) this.#gathering.waits(batch.lines);
    else this.#writing = this.#writeAll();
    return batch.written;
  }

  async *scan(): AsyncGenerator<ScanEntry> {
    try {
      for (const name of await listDayFiles(this.#folder)) {
        const file = join(this.#folder, dayFileName(name));
        let line = 0;
        for await (const { bytes, whole } of readLines(file)) {
          line += 1;
          if (!whole) yield { kind: 'unreadable', reason: 'the line has no end', file, line };
          else for (const decoded of await decodeParts(bytes)) yield { ...decoded, file, line };
        }
      }
    } catch (error) {
      throw JournalError.from(error, this.#folder);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#gathering.end();
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }

  /** The batch that takes so many bytes more: of one day, for a batch goes into one file. */
  #batchFor(day: string, bytes: number): Batch {
    const last = this.#waiting.at(-1);
    if (last && last.day === day && last.length + bytes <= batchLimitBytes) return last;
    const batch = new Batch(day, this.#spare);
    this.#spare = undefined;
    this.#waiting.push(batch);
    return batch;
  }

  async #writeAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch; batch = this.#waiting.shift()) {
      this.#waitingBytes -= batch.length;
      const begin = performance.now();
      try {
        await this.#write(batch);
        batch.resolve();
      } catch (error) {
        batch.reject(JournalError.from(error, this.#folder));
      }
      this.#spare = batch.spare;
      const waiting = this.#waiting[0]?.lines ?? 0;
      // More than one batch waits where one is full, and the next ones may be many.
      if (this.#closed || this.#waiting.length > 1) continue;
      await this.#gathering.begin(batch.lines + waiting, performance.now() - begin);
    }
    this.#writing = undefined;
  }

  async #write({ day: batchDay, bytes }: Batch): Promise<void> {
    // A clock that steps back over midnight does not reopen the day before: lines stay in the order of arrival.
    const day = batchDay > this.#day ? batchDay : this.#day;
    try {
      await this.#appendWhereItFits(day, bytes);
    } catch (error) {
      if (!(error instanceof FileChangedError)) throw error;
      // Somebody deleted or changed the file. Opened anew it is whole, and the bytes go behind its whole lines; if the
      // folder is gone, too, this fails.
      await this.#appendWhereItFits(day, bytes);
    }
  }

  /**
   * Goes on to the next part where a file may not grow. Bytes that do not even fit into an empty one are refused, and the
   * files that they did not fit into are kept to: each part that is made holds something.
   */
  async #appendWhereItFits(day: string, bytes: Uint8Array): Promise<void> {
    const tried: string[] = [];
    for (;;) {
      try {
        return await this.#appendTo(day, bytes);
      } catch (error) {
        const file = this.#file;
        if ((error as NodeJS.ErrnoException).code !== 'EFBIG' || !file) throw error;
        const isEmpty = file.size === 0;
        if (isEmpty && tried.length === 0) throw error;
        await this.#closeFile();
        if (isEmpty) {
          for (const path of tried) this.#full.delete(path);
          throw error;
        }
        this.#full.add(file.path);
        tried.push(file.path);
      }
    }
  }

  async #appendTo(day: string, bytes: Uint8Array): Promise<void> {
    let file = this.#file;
    if (!file || this.#day !== day || file.size >= this.#fileLimitBytes) file = await this.#openDay(day);
    try {
      await file.append(bytes);
    } catch (error) {
      if (!file.trusted) {
        // A deleted file leaves its name free for a new one; a damaged one is still there. An empty one may be tried
        // again: it holds nothing to lose, and a disk that goes on failing would leave an empty file at each attempt.
        if (!(error instanceof FileChangedError) && file.size > 0) this.#distrusted.add(file.path);
        await this.#closeFile();
      }
      throw error;
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  #note(tornTail: TornTail | undefined): void {
    if (!tornTail) return;
    this.#tornTails.push(tornTail);
    this.#onTornTail?.(tornTail);
  }

  /** Opens the first part of the day that is neither full, nor in other hands, nor distrusted. */
  async #openDay(day: string): Promise<AppendFile> {
    await this.#closeFile();
    for (let part = 0; part < mostParts; part += 1) {
      const path = join(this.#folder, dayFileName({ day, part }));
      if (this.#distrusted.has(path) || this.#full.has(path)) continue;
      const opened = await AppendFile.open(path);
      if (!opened) continue;
      this.#note(opened.tornTail);
      if (opened.file.size >= this.#fileLimitBytes) {
        await opened.file.close();
        continue;
      }
      try {
        await syncFolder(this.#folder);
      } catch (error) {
        // Nothing may be appended as long as the name of the file could be lost.
        await opened.file.close();
        throw error;
      }
      this.#file = opened.file;
      this.#day = day;
      return opened.file;
    }
    throw new JournalError(`${this.#folder}: ${mostParts} files of ${day} are full or in use`);
  }

  async #mendOlderFiles(today: string): Promise<void> {
    for (const name of await listDayFiles(this.#folder)) {
      if (name.day === today && name.part === 0) continue;
      try {
        const opened = await AppendFile.open(join(this.#folder, dayFileName(name)));
        this.#note(opened?.tornTail);
        await opened?.file.close();
      } catch (error) {
        // A day that was put away read-only stays as it is; nothing is written there, so it is no reason not to start.
        if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
  }
}
