import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ScanEntry } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { HeldRecord, LineChunks } from '../../src/inspector/heldRecord.ts';
import { RecordStore } from '../../src/inspector/recordStore.ts';
import { Turns } from '../../src/inspector/turns.ts';
import { leadRecord } from '../helpers/leads.ts';

async function* history(records: readonly JournalRecord[]): AsyncGenerator<ScanEntry> {
  for (const record of records.toReversed()) {
    yield { kind: 'record', record, file: 'x', line: 1 };
    yield { kind: 'unreadable', reason: 'not JSON', file: 'x', line: 2 };
  }
}

const range = (from: number, to: number, fields: Partial<JournalRecord> = {}): JournalRecord[] =>
  Array.from({ length: to - from + 1 }, (_, index) => leadRecord(from + index, {}, fields));
const seqs = (store: RecordStore): number[] =>
  Array.from({ length: store.size }, (_, index) => store.at(store.end - 1 - index)?.seq ?? 0);
const limits = { mostRecords: 10, mostBytes: 1_000_000 };

describe('the records of the inspector', () => {
  it('drop the oldest, in number and in size', () => {
    const store = new RecordStore(limits);
    for (const record of range(1, 25)) store.add(record);
    expect(store.size).toBeGreaterThanOrEqual(10);
    expect(store.size).toBeLessThanOrEqual(11);
    expect(seqs(store).slice(0, 3)).toEqual([25, 24, 23]);
    expect(store.dropped).toBe(true);
    expect([store.at(store.first - 1), store.at(store.end)]).toEqual([undefined, undefined]);
    const small = new RecordStore({ mostRecords: 100, mostBytes: 30_000 });
    for (let seq = 1; seq <= 50; seq += 1) small.add(leadRecord(seq, { text: 'x'.repeat(4000) }));
    expect(small.size).toBeGreaterThan(1);
    // The text stands in target and parameters.
    expect(small.size).toBeLessThanOrEqual(3);
    small.add(leadRecord(51, { text: 'x'.repeat(100_000) }));
    expect(seqs(small)).toEqual([51]);
    expect(small.dropped).toBe(true);
  });

  it('have history before what came in meanwhile, without this run and the unreadable', async () => {
    const store = new RecordStore(limits);
    const loading = store.loadOlder(
      history([...range(1, 4, { run: 'before' }), ...range(1, 2)]),
      '0badcafe',
      new Turns(),
    );
    for (const record of range(1, 2)) store.add(record);
    await loading;
    store.add(leadRecord(3, {}));
    expect(seqs(store)).toEqual([3, 2, 1, 4, 3, 2, 1]);
    expect(store.dropped).toBe(false);
    expect(store.find('before:3')?.run).toBe('before');
    expect(store.find('before:9')).toBeUndefined();
  });

  it('take no more history than there is room for', async () => {
    const store = new RecordStore(limits);
    await store.loadOlder(history(range(1, 30, { run: 'before' })), '0badcafe', new Turns());
    expect(seqs(store)).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    expect(store.dropped).toBe(true);
  });

  it('keep what was read of a history that breaks off', async () => {
    const store = new RecordStore(limits);
    const broken = new Error('unexpected end of file');
    async function* breaksOff(): AsyncGenerator<ScanEntry> {
      yield* history(range(1, 3, { run: 'before' }));
      throw broken;
    }
    const loading = store.loadOlder(breaksOff(), '0badcafe', new Turns());
    store.add(leadRecord(1, {}));
    expect(await loading).toBe(broken);
    expect(seqs(store)).toEqual([1, 3, 2, 1]);
  });

  it('count for what they take, whatever it is that there is much of', () => {
    const weightOf = (record: JournalRecord): number =>
      new HeldRecord(record, encodeLine(record), new LineChunks()).weight;
    const plain = weightOf(leadRecord(1, {}));
    expect(plain).toBeGreaterThan(Buffer.byteLength(encodeLine(leadRecord(1, {}))));
    const long = 'я'.repeat(5000);
    const answer = { status: 200, body: long };
    expect(weightOf(leadRecord(1, {}, { answer })) - plain).toBeGreaterThan(9900);
    expect(weightOf(leadRecord(1, { [long]: '' })) - plain).toBeGreaterThan(9900);
  });

  it('come back as they went in, whatever is in them and however long they are', () => {
    const store = new RecordStore({ mostRecords: 1000, mostBytes: 1024 * 1024 * 1024 });
    const added: JournalRecord[] = [];
    const texts = fc.string({ unit: 'binary', maxLength: 50 });
    const sizes = fc.constantFrom(0, 1, 1000, 90_000, 300_000);
    fc.assert(
      fc.property(texts, texts, sizes, (name, value, size) => {
        const record = leadRecord(added.length + 1, { [name]: value, text: 'я'.repeat(size) });
        added.push(record);
        expect(store.add(record).line).toBe(encodeLine(record));
      }),
      { numRuns: 100 },
    );
    for (const [index, record] of added.entries()) {
      expect(store.at(store.first + index)?.line).toBe(encodeLine(record));
      expect(store.find(`0badcafe:${index + 1}`)).toEqual(JSON.parse(encodeLine(record)));
    }
  });

  it('take no more memory than they count for, also where they are long', () => {
    const chunks = new LineChunks();
    const line = encodeLine(leadRecord(1, { text: 'x'.repeat(300_000) }));
    const kept = Array.from({ length: 5 }, () => [chunks.keep(line), chunks.keep('short\n')]).flat();
    const memory = [...new Set(kept.map(({ chunk }) => chunk.buffer))].map(({ byteLength }) => byteLength);
    expect(memory.toSorted((a, b) => a - b)).toEqual([256 * 1024, ...Array.from({ length: 5 }, () => line.length)]);
    expect(kept.map(({ chunk, start, end }) => chunk.toString('utf8', start, end))).toEqual(
      Array.from({ length: 5 }, () => [line, 'short\n']).flat(),
    );
  });

  it('are whole where a chunk ends, in any alphabet', () => {
    const chunks = new LineChunks();
    const line = `${'я'.repeat(50_000)}\n`;
    const kept = Array.from({ length: 20 }, () => chunks.keep(line));
    for (const { chunk, start, end } of kept) expect(chunk.toString('utf8', start, end) === line).toBe(true);
  });

  it('tell what came after one of them', () => {
    const store = new RecordStore(limits);
    for (const record of range(1, 5)) store.add(record);
    const after = (id: string | null): number[] | undefined => store.after(id)?.map(({ seq }) => seq);
    expect(after('0badcafe:3')).toEqual([4, 5]);
    expect(after('0badcafe:5')).toEqual([]);
    expect(after('other:5')).toBeUndefined();
    expect(after(null)).toEqual([1, 2, 3, 4, 5]);
    for (const record of range(6, 40)) store.add(record);
    expect(after('0badcafe:3')).toBeUndefined();
    expect(after(null)).toBeUndefined();
    const { newest } = store;
    expect(newest?.id).toBe('0badcafe:40');
  });
});
