import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missOf, type RecordFilter } from '../../src/journal/filter.ts';
import { linePlaces, LineSearch } from '../../src/journal/lineSearch.ts';
import { necessaryTexts } from '../../src/journal/necessaryText.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type RecordInput } from '../../src/journal/recordInput.ts';
import { readRecords } from '../../src/journal/readRecords.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from './contract.ts';

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');

/** Python with an indent of one line writes blanks, and so do others. */
const spaced = (json: string): string =>
  json.replace(/("(?:[^"\\]|\\.)*")|([:,])/g, (all: string, text?: string) => text ?? `${all} `);

/** How programs write JSON that a journal may come from, or have gone through. */
const writers: Record<string, (record: JournalRecord) => string> = {
  'serve, and plain JSON.stringify': (record) => JSON.stringify(record),
  'Python, json.dumps': (record) => spaced(JSON.stringify(record)).replace(/[^\0-\x7f]/gu, escaped),
  'PHP, json_encode': (record) =>
    JSON.stringify(record)
      .replaceAll('/', '\\/')
      .replace(/[^\0-\x7f]/gu, escaped),
  'PHP with all JSON_HEX flags': (record) => {
    const json = JSON.stringify(record).replaceAll('\\"', '\\u0022').replaceAll('/', '\\/');
    return json.replace(/[<>&']/g, (character) => escaped(character).toUpperCase().replace('U', 'u'));
  },
  '.NET, System.Text.Json': (record) =>
    JSON.stringify(record)
      .replaceAll('\\"', '\\u0022')
      .replace(/[<>&'+`\x7f]|[^\0-\x7f]/gu, escaped),
  jq: (record) => JSON.stringify(record).replaceAll('\x7f', '\\u007f'),
};

/** Texts that meet, or nearly do: parts of phones, names, and what writers escape. */
const words = [
  '+7999',
  '0001122',
  '999',
  ' ',
  'Иван',
  'иван',
  'ДОСТАВКА',
  'доставка',
  'lead',
  'LEAD',
  'a/b',
  '"',
  '\\u04',
  '<b>',
  '&',
  "'",
  '@mail.ru',
  'K',
  'k',
  'İ',
  'i',
  '😀',
  '\n',
  '\x7f',
  '-',
  'message',
];
const text = fc.oneof(
  { weight: 5, arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 4 }).map((parts) => parts.join('')) },
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const name = fc.constantFrom('phone', 'name', 'text');
const parameters = fc.dictionary(name, text);
const action = fc.oneof(fc.constantFrom('lead', 'message', null), text);

const clause = fc.record({ name, op: fc.constantFrom('=', '~'), value: text });
const filter: fc.Arbitrary<RecordFilter> = fc.oneof(
  // Some that many records meet, and some that few do.
  fc.record({ action: fc.constantFrom('lead', 'message'), where: fc.constant([]) }),
  fc.record({ contains: text, where: fc.constant([]) }),
  fc.record({ where: fc.array(clause, { maxLength: 2 }) }),
);

/** More lines than a search looks at whatever they hold. */
const filler = upTo(700)
  .map((seq) => JSON.stringify(sampleRecord({ run: 'filler', seq, parameters: {}, action: null })))
  .join('\n');

async function seqsOf(inputs: readonly RecordInput[], wanted: RecordFilter, search?: LineSearch, newestFirst = false) {
  const seqs: string[] = [];
  for await (const entry of readRecords(inputs, { search, newestFirst })) {
    if (entry.kind === 'record' && !missOf(entry.record, wanted)) seqs.push(`${entry.record.run} ${entry.record.seq}`);
  }
  return seqs;
}

/** A part of a text in other cases of letters; the start and the length are drawn. */
function partOf(whole: string, [start, length, change]: readonly [number, number, number]): string {
  const part = whole.slice(start, start + length);
  return [part, part.toLowerCase(), part.toUpperCase()][change] ?? part;
}

describe('the texts that a filter needs', () => {
  it('stand in the line of each record that meets it, whoever wrote the line', () => {
    const asked = fc.constantFrom('=', '~', 'action', 'contains');
    const part = fc.tuple(fc.nat(4), fc.nat(8), fc.nat(2));
    fc.assert(
      fc.property(text, asked, part, fc.constantFrom(...Object.keys(writers)), (value, how, place, writer) => {
        const record = sampleRecord({ action: value, parameters: { text: value } });
        const wanted: RecordFilter = {
          ...(how === 'action' ? { action: value } : {}),
          ...(how === 'contains' ? { contains: partOf(value, place) } : {}),
          where:
            how === '=' || how === '~'
              ? [{ name: 'text', op: how, value: how === '=' ? value : partOf(value, place) }]
              : [],
        };
        fc.pre(!missOf(record, wanted));
        const line = writers[writer]?.(record) ?? '';
        expect(JSON.parse(line)).toEqual(record);
        for (const needed of necessaryTexts(wanted)) {
          expect(line.includes(needed.text) || (needed.mayBeEscaped && line.includes('\\u'))).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    [{ where: [{ name: 'phone', op: '=', value: '+79990001122' }] }, ['79990001122']],
    [{ where: [{ name: 'phone', op: '~', value: '+7 (999) 000-11' }] }, ['999', ' 000-11']],
    [{ where: [{ name: 'name', op: '=', value: 'Иван' }] }, ['Иван']],
    [{ where: [{ name: 'text', op: '~', value: 'доставка' }] }, []],
    [{ where: [{ name: 'email', op: '~', value: 'ivan77@mail' }] }, ['77@']],
    [{ action: 'message', where: [] }, ['message']],
    [{ phone: '+79990001122', since: new Date(0), verdict: 'odd', where: [] }, []],
  ] satisfies Array<[RecordFilter, string[]]>)('%j: %j', (wanted, expected) => {
    expect(necessaryTexts(wanted).map(({ text: needed }) => needed)).toEqual(expected);
  });
});

describe('a search by the bytes of lines', () => {
  it('passes over lines, and says so', async () => {
    const path = join(await temporaryFolder(), 'records');
    await writeFile(path, `${filler}\n${JSON.stringify(sampleRecord({ seq: 9, action: 'rare' }))}\nnot JSON\n`);
    for (const newestFirst of [false, true]) {
      const wanted = { action: 'rare', where: [] };
      const search = LineSearch.for(wanted);
      expect(await seqsOf([{ kind: 'path', path }], wanted, search, newestFirst)).toEqual(['0badcafe 9']);
      expect(search?.hasPassedOver).toBe(true);
    }
  });

  it('looks at all of few lines from the end, also when the first one is empty', () => {
    const search = LineSearch.for({ action: 'lead', where: [] });
    expect(search?.places(Buffer.from('\n{}\n'), true)).toEqual([0, 0, 1, 3]);
  });

  it('gives each line that holds the text, in its very place, be it the first, the last, or without a newline', () => {
    const parts = fc.constantFrom('7999', '799', '9', 'Иван', 'Ив', '\\u0418', ' ', 'x'.repeat(200));
    const lines = fc.array(
      fc.array(parts, { maxLength: 4 }).map((all) => all.join('')),
      { minLength: 1, maxLength: 12 },
    );
    const value = fc.constantFrom('7999', 'Иван', '7999 7999', '9');
    fc.assert(
      fc.property(
        fc.array(lines, { maxLength: 4 }),
        value,
        fc.boolean(),
        fc.boolean(),
        (blocks, wanted, fromEnd, ends) => {
          const search = LineSearch.for({ where: [{ name: 'phone', op: '=', value: wanted }] });
          // What is looked at whatever it holds.
          search?.places(Buffer.from('\n'.repeat(500)));
          for (const block of blocks) {
            const bytes = Buffer.from(block.join('\n') + (ends || block.at(-1) === '' ? '\n' : ''));
            const isIn = (line: string): boolean =>
              line.includes(wanted) || (wanted === 'Иван' && line.includes('\\u'));
            const places = search?.places(bytes, fromEnd) ?? linePlaces(bytes);
            const found = [];
            for (let at = 0; at < places.length; at += 2)
              found.push(bytes.toString('utf8', places[at], places[at + 1]));
            expect(found).toEqual(search ? block.filter(isIn) : block);
            expect(places.toSorted((a, b) => a - b)).toEqual(places);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('finds what reading every line finds, whoever wrote them, in files of any kind, in both directions', async () => {
    const folder = await temporaryFolder();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            action,
            parameters,
            writer: fc.constantFrom(...Object.values(writers)),
            gap: fc.nat(2),
            late: fc.nat(9),
          }),
          { maxLength: 30 },
        ),
        filter,
        fc.boolean(),
        async (drawn, wanted, isPicked) => {
          round += 1;
          let seq = 0;
          const records = drawn.map((fields) => ({
            ...fields,
            record: sampleRecord({ ...fields, seq: (seq += 1 + fields.gap) }),
          }));
          // A filter that one of the records meets, as a random one rarely does.
          const [model] = records;
          const chosen =
            isPicked && model
              ? {
                  where: Object.entries(model.parameters).map(([key, value]) => ({
                    name: key,
                    op: '=' as const,
                    value,
                  })),
                }
              : wanted;
          // A record is written once it is answered, which may be behind later ones.
          const written = records
            .map((one, index) => ({ ...one, place: index + one.late }))
            .toSorted((a, b) => a.place - b.place);
          const lines = written.map(({ writer, record }) => writer(record));
          const bytes = Buffer.from([filler, ...lines, filler, ''].join('\n'));
          const plain = join(folder, `${round}`);
          await writeFile(plain, bytes);
          await writeFile(`${plain}.gz`, gzipSync(bytes, { level: 1 }));
          const files: RecordInput[] = [
            { kind: 'path', path: plain },
            { kind: 'path', path: `${plain}.gz` },
          ];
          for (const newestFirst of [false, true]) {
            const expected = await seqsOf(files, chosen, undefined, newestFirst);
            expect(await seqsOf(files, chosen, LineSearch.for(chosen), newestFirst)).toEqual(expected);
          }
          const stream = (): RecordInput => ({
            kind: 'stream',
            name: '-',
            stream: Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]),
          });
          expect(await seqsOf([stream()], chosen, LineSearch.for(chosen))).toEqual(await seqsOf([stream()], chosen));
        },
      ),
      { numRuns: 40 },
    );
  }, 120_000);
});
