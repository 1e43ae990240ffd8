import { access, appendFile, chown, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine, longestLine } from '../../src/journal/line.ts';
import { type TornTail } from '../../src/journal/tornTail.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { FakeClock, seqsOf, upTo } from './contract.ts';

const clock = new FakeClock();
const name = `${clock.day}.jsonl`;

/** The bytes of a file that a journal has written, with records 1 to `last`; some characters have several bytes. */
async function realFile(last: number): Promise<Buffer> {
  const folder = await temporaryFolder();
  const journal = await FolderJournal.open(folder, clock.day);
  const parameters = { name: 'Иван 🙂' };
  for (const seq of upTo(last)) await journal.append(clock.record(seq, { parameters, headers: [], action: '\u2028' }));
  await journal.close();
  return readFile(join(folder, name));
}

/** What was found when a journal was opened on a file. Paths stand without their folder. */
interface Reopened {
  readonly tornTails: readonly TornTail[];
  /** Numbers of all records, in order. */
  readonly seqs: readonly number[];
  /** What stands in the `.torn` file, as hex; undefined when there is none. */
  readonly torn: string | undefined;
}

/** Opens a journal on a folder with this file alone, appends record 99, and reads everything (fails if it cannot). */
async function reopen(content: Uint8Array, fileName = name): Promise<Reopened> {
  const folder = await temporaryFolder();
  const file = join(folder, fileName);
  await writeFile(file, content);
  const journal = await FolderJournal.open(folder, clock.day);
  try {
    await journal.append(clock.record(99));
    return {
      tornTails: journal.tornTails.map(({ file: path, bytes, setAsideTo }) => {
        return { file: relative(folder, path), bytes, setAsideTo: relative(folder, setAsideTo) };
      }),
      seqs: await seqsOf(journal),
      torn: await readFile(`${file}.torn`, 'hex').catch(() => undefined),
    };
  } finally {
    await journal.close();
  }
}

/** What must be found in a file of `whole` records and these torn bytes. */
function setAside(whole: number, tail: Uint8Array): Reopened {
  const seqs = [...upTo(whole), 99];
  if (tail.length === 0) return { seqs, tornTails: [], torn: undefined };
  const tornTails = [{ file: name, bytes: tail.length, setAsideTo: `${name}.torn` }];
  return { seqs, tornTails, torn: Buffer.from(tail).toString('hex') };
}

const nothing = Buffer.alloc(0);

describe('the last line of a file', () => {
  it('cut at any byte, it is set aside, and all lines before it are there', async () => {
    const content = await realFile(3);
    const lastLine = content.lastIndexOf(0x0a, -2) + 1;
    const cuts = upTo(content.length - lastLine).map((bytes) => content.length - bytes);
    expect(cuts.length).toBeGreaterThan(300);
    // Several at once, for each waits for the disk.
    const workers = upTo(16).map(async () => {
      for (let cut = cuts.pop(); cut !== undefined; cut = cuts.pop()) {
        expect(await reopen(content.subarray(0, cut))).toEqual(setAside(2, content.subarray(lastLine, cut)));
      }
    });
    await Promise.all(workers);
  });

  it('whole, it stays', async () => {
    expect(await reopen(await realFile(3))).toEqual(setAside(3, nothing));
  });

  it('a file cut anywhere keeps all whole lines and no other', async () => {
    const content = await realFile(5);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: content.length }), async (cut) => {
        const left = content.subarray(0, cut);
        const whole = left.toString('latin1').split('\n').length - 1;
        expect(await reopen(left)).toEqual(setAside(whole, left.subarray(left.lastIndexOf(0x0a) + 1)));
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a power cut can leave behind the last line', () => {
  const tails: Array<[string, Buffer]> = [
    ['1 MiB of NULs', Buffer.alloc(1024 * 1024)],
    ['NULs and a newline', Buffer.from('\0\0\0\n')],
    ['a line of more than 64 KiB without its end', Buffer.from(`{"v":1,"run":"${'Я'.repeat(50_000)}`)],
    ['a line of just 64 KiB without its end', Buffer.alloc(64 * 1024, 'x')],
    ['lines of garbage', Buffer.from('garbage\n\n{"v":1,\nmore\n')],
    ['a line that is JSON but no object', Buffer.from('12\n')],
    ['512 KiB of newlines', Buffer.alloc(512 * 1024, '\n')],
    ['lines of bytes that are no UTF-8', Buffer.from('fffe0a80c30aff', 'hex')],
    ['an object with bytes that are no UTF-8', Buffer.from('{"v":"\xff\xfe"}\n', 'latin1')],
    ['a long line of garbage before a short one', Buffer.from(`${'x'.repeat(200_000)}\n{\n`)],
    ['a line that is longer than any record', Buffer.from(`{"v":"${'x'.repeat(longestLine)}"}\n`)],
  ];

  it.each(tails)('%s is set aside', async (_name, tail) => {
    expect(await reopen(Buffer.concat([await realFile(2), tail]))).toEqual(setAside(2, tail));
  });

  it.each(tails)('%s alone in a file is set aside, too', async (_name, tail) => {
    expect(await reopen(tail)).toEqual(setAside(0, tail));
  });

  it('nothing at all is set aside of an empty file', async () => {
    expect(await reopen(Buffer.alloc(0))).toEqual(setAside(0, nothing));
  });

  it('the longest record that is taken is no tail, and a longer one is refused', async () => {
    const folder = await temporaryFolder();
    const journal = await FolderJournal.open(folder, clock.day);
    const room = longestLine - encodeLine(clock.record(1, { remote: '' })).length;
    await journal.append(clock.record(1, { remote: 'x'.repeat(room) }));
    await expect(journal.append(clock.record(2, { remote: 'x'.repeat(room + 1) }))).rejects.toThrow('too long');
    await journal.close();
    const content = await readFile(join(folder, name));
    expect(content).toHaveLength(longestLine);
    expect(await reopen(content)).toEqual(setAside(1, nothing));
  });
});

describe('files of other days and other journals', () => {
  it.each(['2026-11-20.jsonl', `${clock.day}.1.jsonl`])('the torn tail of %s is set aside, too', async (other) => {
    const content = await realFile(2);
    const tail = Buffer.from('{"v":1');
    expect(await reopen(Buffer.concat([content, tail]), other)).toEqual({
      seqs: other.startsWith(clock.day) ? [99, 1, 2] : [1, 2, 99],
      tornTails: [{ file: other, bytes: 6, setAsideTo: `${other}.torn` }],
      torn: tail.toString('hex'),
    });
  });

  it('a second tear of the same file is added to the first', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, name);
    for (const seq of [1, 2]) {
      const journal = await FolderJournal.open(folder, clock.day);
      await journal.append(clock.record(seq));
      await journal.close();
      await appendFile(file, `torn ${seq};`);
    }
    const journal = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => journal.close());
    expect(await seqsOf(journal)).toEqual([1, 2]);
    expect(await readFile(`${file}.torn`, 'utf8')).toBe('torn 1;torn 2;');
  });

  it('what was set aside can be read by its owner alone', async () => {
    const file = join(await temporaryFolder(), name);
    await writeFile(file, 'torn', { mode: 0o644 });
    await (await FolderJournal.open(dirname(file), clock.day)).close();
    expect(((await stat(`${file}.torn`)).mode & 0o777).toString(8)).toBe('600');
  });

  it('a file of another day that may not be written is left alone', async () => {
    const folder = await temporaryFolder();
    const older = join(folder, '2026-11-20.jsonl');
    await writeFile(older, `${encodeLine(clock.record(1))}torn`, { mode: 0o444 });
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) {
      // Root may write everything, so this is done as nobody.
      await chown(folder, 65_534, 65_534);
      process.seteuid?.(65_534);
    }
    try {
      const journal = await FolderJournal.open(folder, clock.day);
      await journal.append(clock.record(2));
      await journal.close();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(await readFile(older, 'utf8')).toMatch(/\ntorn$/);
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toEqual(clock.record(2));
  });

  it('a file that another journal writes is left alone, however it ends', async () => {
    const folder = await temporaryFolder();
    const writer = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => writer.close());
    await writer.append(clock.record(1));
    await appendFile(join(folder, name), 'a line on its way');
    const other = await FolderJournal.open(folder, clock.day);
    onTestFinished(() => other.close());
    expect(other.tornTails).toEqual([]);
    expect(await readFile(join(folder, name), 'utf8')).toMatch(/\na line on its way$/);
    await expect(access(join(folder, `${name}.torn`))).rejects.toThrow('ENOENT');
  });
});
