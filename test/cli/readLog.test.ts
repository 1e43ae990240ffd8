import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type FoundRecord, LogFindings, type LogQuery, lastRecords } from '../../src/cli/readLog.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type RecordInput } from '../../src/journal/recordInput.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { journalLines } from '../helpers/journals.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

const allOf = { filter: { where: [] }, last: Number.POSITIVE_INFINITY, signal: new AbortController().signal };

async function* eachOf(found: AsyncIterable<readonly FoundRecord[]>): AsyncGenerator<JournalRecord> {
  for await (const records of found) for (const { record } of records) yield record;
}

describe('the records of a log', () => {
  it('end where the file ended when it began, though each of them makes the file longer', async () => {
    const parameters = { text: 'x'.repeat(2000) };
    const path = await journalFile(upTo(200).map((seq) => sampleRecord({ seq, parameters })));
    const seqs: number[] = [];
    for await (const { seq } of eachOf(lastRecords([{ kind: 'path', path }], allOf, new LogFindings()))) {
      seqs.push(seq);
      if (seqs.length === 500) break;
      await appendFile(path, encodeLine(sampleRecord({ seq: 200 + seqs.length, parameters })));
    }
    expect(seqs).toEqual(upTo(200));
  });
});

describe('the last records of a packed file', () => {
  const query = (fields: Partial<LogQuery>): LogQuery => ({ ...allOf, last: 3, ...fields });

  /** Numbers of the records, and what the reading ended with. */
  async function read(inputs: readonly RecordInput[], fields: Partial<LogQuery>, findings = new LogFindings()) {
    const seqs: number[] = [];
    try {
      for await (const { seq } of eachOf(lastRecords(inputs, query(fields), findings))) seqs.push(seq);
      return { seqs, error: '' };
    } catch (error) {
      return { seqs, error: (error as Error).message.replace(/^.*: /, '') };
    }
  }

  async function fileOf(bytes: Buffer, name = 'a.jsonl.gz'): Promise<RecordInput> {
    const path = join(await temporaryFolder(), name);
    await writeFile(path, bytes);
    return { kind: 'path', path };
  }

  const text = journalLines(...upTo(40).map(() => ({})));
  const packed = gzipSync(text);

  it.each([
    ['truncated', packed.subarray(0, -8)],
    ['damaged', Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)])],
    ['damaged', Buffer.concat([packed, Buffer.from('junk')])],
  ])('are given before it is said to be %s, by its name or not, or through a pipe', async (word, bytes) => {
    for (const last of [3, 100, Number.POSITIVE_INFINITY]) {
      const expected = { seqs: upTo(40).slice(-last), error: `the gzip file is ${word}` };
      const stream: RecordInput = { kind: 'stream', name: '-', stream: Readable.from([bytes]) };
      for (const input of [
        await fileOf(bytes),
        await fileOf(bytes, '2026-11-22.jsonl.gz'),
        await fileOf(bytes, 'a'),
        stream,
      ]) {
        expect(await read([input], { last })).toEqual(expected);
      }
    }
  });

  it('count what does not match, and what cannot be read, once', async () => {
    const findings = new LogFindings();
    const input = await fileOf(gzipSync(`${text}garbage\n`));
    const where = { where: [], action: 'message' };
    expect(await read([input], { filter: where }, findings)).toEqual({ seqs: [], error: '' });
    expect([findings.seen, findings.matched, findings.unreadable.count]).toEqual([40, 0, 1]);
    const others = new LogFindings();
    expect(await read([input], {}, others)).toEqual({ seqs: [38, 39, 40], error: '' });
    expect([others.seen, others.matched, others.unreadable.count]).toEqual([40, 40, 1]);
  });

  it('are found among those of plain files, in order', async () => {
    const record = (seq: number): string => journalLines({ seq, receivedAt: new Date(1e12 + seq).toISOString() });
    const odd = await fileOf(gzipSync([1, 3, 5, 7].map(record).join('')));
    const even = await fileOf(Buffer.from([2, 4, 6].map(record).join('')), 'b');
    for (const last of [1, 3, 6, 9]) {
      expect(await read([odd, even], { last })).toEqual({ seqs: upTo(7).slice(-last), error: '' });
    }
  });

  it('are found in one pass, whatever lines stand there', async () => {
    const long = `${'x'.repeat(9 * 1024 * 1024)}\n`;
    const input = await fileOf(gzipSync(long.repeat(3) + text.repeat(100), { level: 1 }));
    const start = performance.now();
    for await (const entry of readRecords([input])) expect(entry.line).toBeGreaterThan(0);
    const once = performance.now() - start;
    expect((await read([input], {})).seqs).toHaveLength(3);
    for await (const entry of readRecords([input], { newestFirst: true })) expect(entry.line).toBeLessThan(0);
    // Without the mend each line took a pass: four thousand.
    expect(performance.now() - start).toBeLessThan(20 * once + 2000);
  });

  it('end with the abort', async () => {
    const stop = new AbortController();
    const input = await fileOf(packed);
    const findings = new LogFindings();
    stop.abort();
    expect(await read([input], { signal: stop.signal }, findings)).toEqual({ seqs: [], error: '' });
    expect(findings.seen).toBe(0);
  });
});
