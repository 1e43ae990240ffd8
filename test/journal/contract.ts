import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Journal, JournalError } from '../../src/journal/journal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { sampleRecord } from '../helpers/samples.ts';

/** A clock that stands still until it is set, and makes the moments of records. */
export class FakeClock {
  #now: number;

  constructor(iso = '2026-11-22T19:40:17.723Z') {
    this.#now = Date.parse(iso);
  }

  set(iso: string): void {
    this.#now = Date.parse(iso);
  }

  get receivedAt(): string {
    return new Date(this.#now).toISOString();
  }

  get day(): string {
    return this.receivedAt.slice(0, 10);
  }

  /** A record that comes in now. */
  record(seq: number, fields: Partial<JournalRecord> = {}): JournalRecord {
    return sampleRecord({ seq, receivedAt: this.receivedAt, ...fields });
  }
}

/** The records that can be read; fails at a line that cannot. */
export async function recordsOf(journal: Journal): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const entry of journal.scan()) {
    if (entry.kind === 'unreadable') throw new Error(`${entry.file}:${entry.line}: ${entry.reason}`);
    records.push(entry.record);
  }
  return records;
}

/** Numbers of the records that can be read. */
export async function seqsOf(journal: Journal): Promise<number[]> {
  return (await recordsOf(journal)).map(({ seq }) => seq);
}

/** The numbers from 1 to `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** Any sequence of UTF-16 units: JavaScript lets a string hold half of a character, and a journal drops nothing. */
const anyUnits = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xff_ff }), fc.integer({ min: 0xd8_00, max: 0xdf_ff })), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));
const anyText = fc.oneof(
  anyUnits,
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '\u2028', '\u2029', '\0', '\n', '\r\n', '\ufeff', '🙂'),
);
const anyTextOrNull = fc.option(anyText, { nil: null });
const zeroOrMore = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** Object.fromEntries makes a property of its own even of `__proto__`, as parsing a query does. */
const anyParameters = fc
  .array(fc.tuple(anyText, anyText), { maxLength: 6 })
  .map((pairs): Record<string, string> => Object.fromEntries(pairs));

/** Objects as JSON.parse makes them, with the ordinary prototype. */
const plain = { noNullPrototype: true };

/** Every record that the schema allows. */
export const anyRecord: fc.Arbitrary<JournalRecord> = fc.record(
  {
    v: fc.constant(1),
    run: anyText,
    seq: fc.integer({ min: 1 }),
    receivedAt: fc.constant(new FakeClock().receivedAt),
    remote: anyText,
    method: anyTextOrNull,
    target: anyTextOrNull,
    headers: fc.array(fc.tuple(anyText, anyText), { maxLength: 4 }),
    body: fc.option(
      fc.record(
        { bytes: fc.nat(), encoding: fc.constantFrom('utf8', 'base64'), data: anyText, truncated: fc.boolean() },
        plain,
      ),
    ),
    action: anyTextOrNull,
    parameters: anyParameters,
    token: fc.constantFrom('match', 'mismatch', 'missing', 'unchecked'),
    tokenDiagnosis: anyTextOrNull,
    problems: fc.array(
      fc.record(
        { code: anyText, severity: fc.constantFrom('error', 'warning', 'info'), path: anyText, detail: anyText },
        plain,
      ),
      { maxLength: 3 },
    ),
    answer: fc.option(fc.record({ status: fc.integer({ min: 100, max: 599 }), body: anyText }, plain)),
    orderId: anyTextOrNull,
    durationMs: zeroOrMore,
  },
  plain,
);

const oddParameters: Record<string, string> = Object.fromEntries([
  ['__proto__', 'polluted'],
  ['constructor', 'Object'],
  ['hasOwnProperty', ''],
  ['line separators', 'a\u2028b\u2029c'],
  ['line ends', 'a\nb\r\nc\rd'],
  ['lone surrogates', '\ud83d and \ude00'],
  ['NUL', 'a\0b'],
  ['emoji', '👩‍👩‍👧‍👦 🇷🇺'],
  ['Cyrillic', 'Звонок от 79990001122'],
  ['BOM', '\ufefftext'],
  ['64 KiB', 'Я'.repeat(64 * 1024)],
]);

/** What every journal promises. `open` opens a new, empty one on the given UTC day. */
export function journalContract(name: string, open: (day: string) => Promise<Journal>): void {
  const opened = async (clock: FakeClock): Promise<Journal> => {
    const journal = await open(clock.day);
    onTestFinished(() => journal.close());
    return journal;
  };

  describe(`${name} keeps the promises of a journal`, () => {
    it('a new journal is empty', async () => {
      expect(await recordsOf(await opened(new FakeClock()))).toEqual([]);
    });

    it('records come back as they were appended, in that order, with the place where they stand', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      const records = upTo(5).map((seq) => clock.record(6 - seq, { remote: `127.0.0.1:${seq}` }));
      for (const record of records) await journal.append(record);
      const entries = [];
      for await (const entry of journal.scan()) entries.push(entry);
      const file = expect.stringMatching(/./);
      expect(entries).toEqual(records.map((record, index) => ({ kind: 'record', record, file, line: index + 1 })));
    });

    it('appends that come at once are all recorded, in the order of the calls', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      const resolved: number[] = [];
      await Promise.all(
        upTo(500).map(async (seq) => {
          await journal.append(clock.record(seq, { action: 'x'.repeat(seq * 7) }));
          resolved.push(seq);
        }),
      );
      expect(await seqsOf(journal)).toEqual(upTo(500));
      expect(resolved).toEqual(upTo(500));
    });

    it('a record is there as soon as its append has resolved, while others are still on their way', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      const first = journal.append(clock.record(1));
      const others = upTo(50).map((seq) => journal.append(clock.record(seq + 1)));
      await first;
      const { value } = await journal.scan().next();
      expect(value).toMatchObject({ kind: 'record', record: { seq: 1 } });
      await Promise.all(others);
    });

    it('a day that ends between two records changes nothing in their order', async () => {
      const clock = new FakeClock('2026-11-22T23:59:59.999Z');
      const journal = await opened(clock);
      const before = journal.append(clock.record(1));
      clock.set('2026-11-23T00:00:00.000Z');
      await Promise.all([before, journal.append(clock.record(2)), journal.append(clock.record(3))]);
      expect(await seqsOf(journal)).toEqual([1, 2, 3]);
    });

    it.each(Object.keys(oddParameters))('a parameter with %s survives', async (key) => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      const parameters: Record<string, string> = Object.fromEntries([[key, oddParameters[key] ?? '']]);
      await journal.append(clock.record(1, { parameters }));
      const [read] = await recordsOf(journal);
      expect(Object.entries(read?.parameters ?? {})).toEqual([[key, oddParameters[key]]]);
    });

    it('a name or a value of any field survives, whatever it is made of', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), async (records) => {
          await Promise.all(records.map((record) => journal.append(record)));
          const read = (await recordsOf(journal)).slice(count);
          count += records.length;
          // Not toEqual, which holds objects for equal that differ in a property named __proto__.
          expect(isDeepStrictEqual(read, records)).toBe(true);
        }),
      );
    });

    it('after close an append is refused with JournalError, and what was recorded can still be read', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      await journal.append(clock.record(1));
      await journal.close();
      await expect(journal.append(clock.record(2))).rejects.toThrow(JournalError);
      expect(await seqsOf(journal)).toEqual([1]);
    });

    it('close waits for what is being written, and may be called twice', async () => {
      const clock = new FakeClock();
      const journal = await opened(clock);
      const settled: string[] = [];
      for (const seq of upTo(20)) {
        void journal.append(clock.record(seq)).then(
          () => settled.push('recorded'),
          () => settled.push('refused'),
        );
      }
      await Promise.all([journal.close(), journal.close()]);
      expect(settled).toEqual(upTo(20).map(() => 'recorded'));
      expect(await seqsOf(journal)).toEqual(upTo(20));
    });
  });
}
