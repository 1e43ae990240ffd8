import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { JournalError, type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type RecordInput } from '../../src/journal/recordInput.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from './contract.ts';

const midnight = Date.parse('2026-11-22T00:00:00.000Z');

/** A record that came in so many minutes after midnight. */
const line = (seq: number, minute = seq): string =>
  encodeLine(sampleRecord({ seq, receivedAt: new Date(midnight + minute * 60_000).toISOString() }));

const path = (...parts: readonly string[]): RecordInput => ({ kind: 'path', path: join(...parts) });
const stream = (text: string | Buffer, pieces = 1): RecordInput => {
  const bytes = Buffer.from(text);
  const size = Math.max(1, Math.ceil(bytes.length / pieces));
  const all = Array.from({ length: pieces }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  return { kind: 'stream', name: 'standard input', stream: Readable.from(all) };
};

/** Numbers of records, and reasons where a line cannot be read. */
const short = (entry: ScanEntry): unknown => (entry.kind === 'record' ? entry.record.seq : entry.reason);

async function read(inputs: readonly RecordInput[], newestFirst = false): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const entry of readRecords(inputs, { newestFirst })) all.push(short(entry));
  return all;
}

const both = async (inputs: readonly RecordInput[]): Promise<unknown[][]> => [
  await read(inputs),
  (await read(inputs, true)).toReversed(),
];

describe('readRecords', () => {
  it('reads day files, other files, packed ones and streams as one, in order of time', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'log'));
    await writeFile(join(folder, 'log', '2026-11-22.jsonl'), line(2) + line(5));
    await writeFile(join(folder, 'log', '2026-11-22.1.jsonl.gz'), gzipSync(line(3) + line(6)));
    await writeFile(join(folder, 'log', 'notes.jsonl'), line(99));
    await writeFile(join(folder, 'export.jsonl'), line(1) + line(4));
    const files = [path(folder, 'log'), path(folder, 'export.jsonl')];
    expect(await both(files)).toEqual([upTo(6), upTo(6)]);
    for (const packed of [line(7) + line(8), gzipSync(line(7) + line(8))]) {
      expect(await read([stream(packed, 50), ...files])).toEqual(upTo(8));
    }
  });

  it('gives records that are dealt out to files of any kind in their order, and newest first in reverse', async () => {
    const folder = await temporaryFolder();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ file: fc.nat(4), later: fc.nat(2), isGarbage: fc.boolean() }), { maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        async (dealt, arePacked) => {
          round += 1;
          const files = Array.from({ length: 5 }, () => '');
          let minute = 0;
          for (const [index, { file, later, isGarbage }] of dealt.entries()) {
            minute += later;
            files[file] += isGarbage ? `garbage ${index}\n` : line(index + 1, minute);
          }
          const inputs: RecordInput[] = [];
          for (const [index, text] of files.entries()) {
            const name = arePacked[index] ? `${round}-${index}.jsonl.gz` : `${round}-${index}.jsonl`;
            await writeFile(join(folder, name), arePacked[index] ? gzipSync(text) : text);
            inputs.push(path(folder, name));
          }
          const [forwards = [], backwards = []] = await both(inputs);
          const isRecord = (entry: unknown): boolean => typeof entry === 'number';
          const minutes = new Map<unknown, number>();
          let time = 0;
          for (const [index, { later }] of dealt.entries()) minutes.set(index + 1, (time += later));
          const ordered = dealt
            .map(({ file, isGarbage }, index) => ({ file, isGarbage, seq: index + 1 }))
            .filter(({ isGarbage }) => !isGarbage)
            .toSorted((a, b) => (minutes.get(a.seq) ?? 0) - (minutes.get(b.seq) ?? 0) || a.file - b.file)
            .map(({ seq }) => seq);
          expect(forwards.filter(isRecord)).toEqual(ordered);
          expect(backwards.filter(isRecord)).toEqual(ordered);
          expect(forwards).toHaveLength(dealt.length);
          expect(backwards).toHaveLength(dealt.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps the order of a file whose clock stepped back, and the order of files for one moment', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '2026-11-22.jsonl'), line(1, 10) + line(2, 5) + line(3, 12));
    await writeFile(join(folder, '2026-11-22.1.jsonl'), line(4, 10) + line(5, 12));
    expect(await both([path(folder)])).toEqual([
      [1, 2, 4, 3, 5],
      [1, 2, 4, 3, 5],
    ]);
  });

  it('says of each line that cannot be read where it stands, and goes on', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'any name');
    const tooLong = Buffer.alloc(9 * 1024 * 1024, 'x').toString();
    await writeFile(file, `garbage\n${line(1)}\n${tooLong}\n${line(2).trimEnd()}\r\n{"v":1`);
    const placed = async (newestFirst: boolean): Promise<unknown[]> => {
      const all = [];
      for await (const entry of readRecords([path(file)], { newestFirst })) all.push([short(entry), entry.line]);
      return all;
    };
    const long = 'longer than 8388608 bytes';
    const found = ['not JSON', 1, 'not JSON', long, 2, 'the line has no end'];
    expect(await placed(false)).toEqual(found.map((entry, index) => [entry, index + 1]));
    expect(await placed(true)).toEqual(found.toReversed().map((entry, index) => [entry, -index - 1]));
    expect((await read([path(file)])).length).toBe(6);
  });

  it('takes a last line without a newline for a record when it is one', async () => {
    const file = join(await temporaryFolder(), 'export.jsonl');
    await writeFile(file, line(1) + line(2).trimEnd());
    expect(await both([path(file)])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    await writeFile(file, '');
    expect(await both([path(file)])).toEqual([[], []]);
  });

  it('reads what is named twice once, and a day that is there plain and packed once', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '2026-11-22.jsonl');
    await writeFile(file, line(1));
    await writeFile(`${file}.gz`, gzipSync(line(1)));
    await symlink(folder, join(folder, 'link'));
    expect(await both([path(folder), path(file), path(folder, 'link')])).toEqual([[1], [1]]);
  });

  it('leaves out of a file what stands from the given byte on', async () => {
    const file = join(await temporaryFolder(), '2026-11-22.jsonl');
    await writeFile(file, line(1) + line(2));
    for (const [end, expected] of [
      [0, []],
      [line(1).length, [1]],
    ] as const) {
      expect(await both([{ kind: 'path', path: file, end }])).toEqual([expected, expected]);
    }
  });

  it('leaves older packed days closed while the newest are read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, '2026-11-20.jsonl.gz'), 'not gzip');
    await writeFile(join(folder, '2026-11-22.jsonl'), line(1));
    const entries = readRecords([path(folder)], { newestFirst: true });
    expect((await entries.next()).value).toMatchObject({ record: { seq: 1 } });
    await expect(entries.next()).rejects.toThrow('it is not gzip');
  });

  it('reads a packed file that is larger than its block from its end', async () => {
    const file = join(await temporaryFolder(), 'old.jsonl.gz');
    const text = 'x'.repeat(200_000);
    const long = (seq: number): string => encodeLine(sampleRecord({ seq, parameters: { text } }));
    await writeFile(file, gzipSync(upTo(200).map(long).join(''), { level: 1 }));
    expect(await read([path(file)], true)).toEqual(upTo(200).toReversed());
  });

  it('reads a packed file of several members, and a pipe', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'members.gz');
    await writeFile(file, Buffer.concat([gzipSync(line(1)), gzipSync(line(2))]));
    expect(await both([path(file)])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(await read([stream(''), stream(line(1))])).toEqual([1]);
  });
});

describe('readRecords, where something is broken', () => {
  it('refuses at once what is not there or is not what its name says', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), line(1));
    await writeFile(join(folder, 'text.gz'), line(1));
    await writeFile(join(folder, 'empty.gz'), '');
    const good = path(folder, 'file');
    for (const newestFirst of [false, true]) {
      for (const [name, reason] of [
        ['missing', 'there is no such file or folder'],
        ['file/missing', 'there is no such file or folder'],
        ['text.gz', 'it is not gzip, as its name says'],
        ['empty.gz', 'it is not gzip, as its name says'],
      ] as const) {
        const first = readRecords([good, path(folder, name)], { newestFirst }).next();
        await expect(first).rejects.toThrow(new JournalError(`${join(folder, name)}: ${reason}`));
      }
    }
    await expect(read([stream(line(1))], true)).rejects.toThrow(
      'standard input: only files can be read from their end',
    );
  });

  it.each([
    ['truncated', (bytes: Buffer) => bytes.subarray(0, -12)],
    ['damaged', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8)])],
  ])('gives all that can be read before it says that a packed file is %s', async (word, breakIt) => {
    const folder = await temporaryFolder();
    // Text that does not shrink to nothing, so that much of it stands before the end.
    const lines = upTo(300).map((seq) =>
      encodeLine(sampleRecord({ seq, parameters: { text: randomUUID().repeat(3) } })),
    );
    const packed = breakIt(gzipSync(lines.join('')));
    const file = join(folder, 'broken.gz');
    await writeFile(file, packed);
    await writeFile(join(folder, 'late.jsonl'), line(1000, 3000));
    const inputs = [path(file), path(folder, 'late.jsonl')];
    for (const newestFirst of [false, true]) {
      const all: unknown[] = [];
      const reading = async (): Promise<void> => {
        for await (const entry of readRecords(inputs, { newestFirst }))
          if (entry.kind === 'record') all.push(short(entry));
      };
      await expect(reading()).rejects.toThrow(`${file}: the gzip file is ${word}`);
      const ordered = newestFirst ? all.toReversed() : all;
      expect(ordered.at(-1)).toBe(1000);
      expect(ordered.slice(0, 200)).toEqual(upTo(200));
    }
    await expect(read([{ kind: 'stream', name: '-', stream: Readable.from([packed]) }])).rejects.toThrow(`-: the gzip`);
  });

  it('gives the error of a stream in words', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from(line(1));
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      })(),
    );
    await expect(read([{ kind: 'stream', name: '-', stream: broken }])).rejects.toThrow('-: the disk reports');
  });
});

describe.runIf(platform() === 'linux')('readRecords and descriptors (needs /proc)', () => {
  const openFiles = async (folder: string): Promise<number> => {
    const names = await readdir('/proc/self/fd');
    const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(folder)).length;
  };

  it.each([false, true])('has one file of a thousand open at a time; newest first: %s', async (newestFirst) => {
    const folder = await temporaryFolder();
    for (let day = 0; day < 1000; day += 1) {
      const name = new Date(midnight + day * 86_400_000).toISOString().slice(0, 10);
      await writeFile(join(folder, `${name}.jsonl`), line(2 * day + 1, day * 1440) + line(2 * day + 2, day * 1440 + 1));
    }
    let most = 0;
    const all: unknown[] = [];
    for await (const entry of readRecords([path(folder)], { newestFirst })) {
      all.push(short(entry));
      if (all.length % 50 === 0) most = Math.max(most, await openFiles(folder));
    }
    expect(newestFirst ? all.toReversed() : all).toEqual(upTo(2000));
    expect(most).toBeLessThanOrEqual(2);
  });

  it.each([false, true])('closes its files when nobody reads on; newest first: %s', async (newestFirst) => {
    const folder = await temporaryFolder();
    for (const name of ['a', 'b', 'c.gz']) {
      const text = upTo(2000)
        .map((seq) => line(seq))
        .join('');
      await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
    }
    const inputs = ['a', 'b', 'c.gz'].map((name) => path(folder, name));
    let count = 0;
    for await (const entry of readRecords(inputs, { newestFirst })) {
      count += entry.line === 0 ? 0 : 1;
      if (count === 5) break;
    }
    await vi.waitFor(async () => expect(await openFiles(folder)).toBe(0));
  });
});
