import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { recordsOf } from '../journal/contract.ts';
import { aroundDisk } from './disk.ts';

/** A moment at which a batch is written and its fdatasync has not begun: power that fails here may take any part of it. */
export interface Moment {
  readonly synced: Buffer;
  readonly unsynced: Buffer;
  /** What the journal had said is durable. */
  readonly acknowledged: readonly JournalRecord[];
}

/**
 * Appends groups of records, those of a group at once, and tells the moments of all batches. The disk is a real one, and
 * only watched; every fdatasync waits a little, so that what is acknowledged too early is seen.
 */
export async function momentsOf(
  folder: string,
  day: string,
  groups: readonly (readonly JournalRecord[])[],
): Promise<Moment[]> {
  const journal = await FolderJournal.open(folder, day);
  const acknowledged: JournalRecord[] = [];
  const moments: Moment[] = [];
  const file = join(folder, `${day}.jsonl`);
  let synced = 0;
  let watched = true;
  await aroundDisk('datasync', async (real) => {
    if (!watched) return real();
    for (let turn = 0; turn < 3; turn += 1) await setImmediate();
    const content = await readFile(file);
    moments.push({
      synced: content.subarray(0, synced),
      unsynced: content.subarray(synced),
      acknowledged: [...acknowledged],
    });
    await real();
    synced = content.length;
    return undefined;
  });
  for (const group of groups) {
    await Promise.all(
      group.map(async (record) => {
        await journal.append(record);
        acknowledged.push(record);
      }),
    );
  }
  await journal.close();
  watched = false;
  return moments;
}

/** What a journal finds when it is opened after the power failed, and after another record was appended. */
export interface Restart {
  readonly records: readonly JournalRecord[];
  /** Bytes that the journal tells of as set aside. */
  readonly told: number;
  readonly aside: Buffer;
}

/** Puts the content on a disk of its own, as it is found after the power failed, and starts again. Rejects at an unreadable line. */
export async function restart(folder: string, day: string, content: Buffer, next: JournalRecord): Promise<Restart> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${day}.jsonl`), content);
  const journal = await FolderJournal.open(folder, day);
  try {
    await journal.append(next);
    const told = journal.tornTails.reduce((bytes, tail) => bytes + tail.bytes, 0);
    const hasAside = (await readdir(folder)).includes(`${day}.jsonl.torn`);
    const aside = hasAside ? await readFile(join(folder, `${day}.jsonl.torn`)) : Buffer.alloc(0);
    return { records: await recordsOf(journal), told, aside };
  } finally {
    await journal.close();
  }
}
