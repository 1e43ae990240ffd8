import { fstatSync } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { type FileLock, lockAddress, takeLock } from './fileLock.ts';
import { readRange } from './readRange.ts';
import { setTornTailAside, type TornTail } from './tornTail.ts';

/**
 * Somebody deleted or changed the file while it was open: what was just written is nowhere, or stands behind something
 * else on its line. Nothing of it counts; the file may be opened anew, which mends it.
 */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
}

interface OpenedFile {
  readonly file: AppendFile;
  readonly tornTail: TornTail | undefined;
}

/** A file that this process alone appends whole lines to. */
export class AppendFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #lock: FileLock;
  #size: number;
  #trusted = true;

  private constructor(path: string, handle: FileHandle, lock: FileLock, size: number) {
    this.path = path;
    this.#handle = handle;
    this.#lock = lock;
    this.#size = size;
  }

  /**
   * Opens the file for appending, creates it where it is missing (mode 0600), and mends a torn tail.
   * Undefined when another process appends to it.
   */
  static async open(path: string): Promise<OpenedFile | undefined> {
    for (;;) {
      const opened = await AppendFile.#openOnce(path);
      if (opened !== 'removed') return opened;
    }
  }

  static async #openOnce(path: string): Promise<OpenedFile | 'removed' | undefined> {
    const handle = await open(path, 'a+', 0o600);
    let lock: FileLock | undefined;
    try {
      const { dev, ino } = await handle.stat({ bigint: true });
      lock = await takeLock(lockAddress(platform(), dev, ino));
      if (!lock) {
        await handle.close();
        return undefined;
      }
      const { nlink } = await handle.stat();
      if (nlink === 0) {
        // Who had it before gave it up empty, and removed it while we came to its lock.
        await lock.release();
        await handle.close();
        return 'removed';
      }
      const tornTail = await setTornTailAside(path, handle);
      const { size } = await handle.stat();
      return { file: new AppendFile(path, handle, lock, size), tornTail };
    } catch (error) {
      await lock?.release();
      await handle.close();
      throw error;
    }
  }

  /** Length in bytes of what is whole and durable. */
  get size(): number {
    return this.#size;
  }

  /** False after a failure that leaves unknown what is on disk; then nothing more may be appended. */
  get trusted(): boolean {
    return this.#trusted;
  }

  /**
   * Appends bytes; resolves when they are on disk. After a rejection none of them count: what part of them got into
   * the file is cut off again.
   */
  async append(bytes: Uint8Array): Promise<void> {
    let links: number;
    let size: number;
    try {
      await this.#handle.appendFile(bytes);
      await this.#sync();
      // Answered from memory at once; by way of a thread it would cost as much again as the write.
      ({ nlink: links, size } = fstatSync(this.#handle.fd));
    } catch (error) {
      await this.#cutBack(bytes.length);
      throw error;
    }
    if (links === 0) {
      this.#trusted = false;
      throw new FileChangedError(`${this.path} was deleted while it was open`);
    }
    if (size !== this.#size + bytes.length && !(await this.#isLineStart(size - bytes.length))) {
      this.#trusted = false;
      await this.#takeBack(bytes, size - bytes.length);
      throw new FileChangedError(`${this.path} was changed by somebody else`);
    }
    this.#size = size;
  }

  /** Cuts off what was just written, if it is still the end: it is written again, and behind a hole it would be read twice. */
  async #takeBack(bytes: Uint8Array, start: number): Promise<void> {
    if (start < 0) return;
    try {
      const written = await readRange(this.#handle, start, start + bytes.length);
      const { size } = await this.#handle.stat();
      if (written.equals(bytes) && size === start + bytes.length) await this.#handle.truncate(start);
    } catch {
      // Twice is better than not at all.
    }
  }

  /** Whether what stands at this position begins a line. */
  async #isLineStart(position: number): Promise<boolean> {
    if (position <= 0) return position === 0;
    const { buffer } = await this.#handle.read(Buffer.alloc(1), 0, 1, position - 1);
    return buffer[0] === 0x0a;
  }

  /** While the lock is held, so that nobody can be appending; who has it open finds it deleted, and opens it anew. */
  async #removeIfEmpty(): Promise<void> {
    try {
      const [mine, there] = await Promise.all([this.#handle.stat(), stat(this.path)]);
      if (mine.size === 0 && mine.ino === there.ino && mine.dev === there.dev) await rm(this.path);
    } catch {
      // It is gone already, or may not be removed; both are as good.
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      // The kernel may have dropped the pages and report success the next time.
      this.#trusted = false;
      throw error;
    }
  }

  async #cutBack(attempted: number): Promise<void> {
    try {
      const { size } = await this.#handle.stat();
      // Longer than that means that somebody else, whom the lock did not reach, appends here too; shorter, that
      // somebody has emptied the file: a truncate would fill it with NULs, and they would spoil the next line.
      if (size < this.#size || size > this.#size + attempted) this.#trusted = false;
      else await this.#handle.truncate(this.#size);
    } catch {
      this.#trusted = false;
    }
  }

  /** Gives the file up; one that got no record is removed, for it would only stand in the way of its readers. */
  async close(): Promise<void> {
    await this.#removeIfEmpty();
    // The lock first: as soon as a removed file is closed, a new one may get its number, and would be taken for busy.
    try {
      await this.#lock.release();
    } finally {
      await this.#handle.close();
    }
  }
}
