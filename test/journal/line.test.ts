import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, decodeLine, encodeLine } from '../../src/journal/line.ts';
import { anyRecord } from './contract.ts';
import { sampleRecord } from '../helpers/samples.ts';

/** The sample as JSON, with the given fields in their places; undefined leaves one out. */
const lineWith = (fields: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...sampleRecord(), ...fields });

describe('encodeLine and decodeLine', () => {
  it('give back every record, on one line', async () => {
    await fc.assert(
      fc.asyncProperty(anyRecord, async (record) => {
        const line = encodeLine(record);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        // Not toEqual, which holds objects for equal that differ in a property named __proto__.
        expect(isDeepStrictEqual(await decodeLine(line.slice(0, -1)), { kind: 'record', record })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a line can be written as UTF-8 and read again: halves of characters are escaped', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = encodeLine(record);
        expect(Buffer.from(line, 'utf8').toString('utf8')).toBe(line);
      }),
    );
  });

  it('text stands in the line as it is, so that grep finds it', () => {
    expect(encodeLine(sampleRecord({ parameters: { name: 'Иван' } }))).toContain('"name":"Иван"');
  });
});

describe('a line that decodeLine reads', () => {
  it('keeps fields that this version does not know, wherever they stand', async () => {
    const { answer } = sampleRecord();
    const line = lineWith({ later: { more: [1] }, answer: { ...answer, delayMs: 5 } });
    expect(await decodeLine(line)).toEqual({
      kind: 'record',
      record: { ...sampleRecord(), later: { more: [1] }, answer: { ...answer, delayMs: 5 } },
    });
  });

  it.each([
    ['of another version', 'v', 2],
    ['without a version', 'v', undefined],
    ['with a number that is none', 'seq', '1'],
    ['with the number 0', 'seq', 0],
    ['with a moment that is none', 'receivedAt', 'yesterday'],
    ['with a moment of another time zone', 'receivedAt', '2026-11-22T19:40:17.723+03:00'],
    ['with a verdict that is unknown', 'token', 'maybe'],
    ['with parameters that are no object', 'parameters', 'a=1'],
    ['with a header that is no pair', 'headers', [['Host']]],
    ['with an answer that has no body', 'answer', { status: 200 }],
    ['with a body in an unknown encoding', 'body', { bytes: 1, encoding: 'hex', data: '00', truncated: false }],
    ['with a problem that has no code', 'problems', [{ severity: 'error', path: '', detail: '' }]],
    ['with a negative time', 'durationMs', -1],
  ])('is no record %s, and the reason names the field', async (_name, field, value) => {
    const reason = expect.stringMatching(new RegExp(String.raw`^${field}(\.[\w.]+)?: \w`));
    expect(await decodeLine(lineWith({ [field]: value }))).toEqual({ kind: 'unreadable', reason });
  });

  it.each(Object.keys(sampleRecord()))('is no record without the field %s, and the reason names it', async (field) => {
    const reason = expect.stringMatching(new RegExp(`^${field}: `));
    expect(await decodeLine(lineWith({ [field]: undefined }))).toEqual({ kind: 'unreadable', reason });
  });

  it.each(['a', 'constructor', '__proto__'])('is no record when the parameter %s is no string', async (key) => {
    const parameters: unknown = Object.fromEntries([[key, { nested: true }]]);
    const reason = expect.stringMatching(new RegExp(String.raw`^parameters\.${key}: `));
    expect(await decodeLine(lineWith({ parameters }))).toEqual({ kind: 'unreadable', reason });
  });

  it.each(['null', '1', '"text"', '[]', 'true'])('is no record when it is the JSON value %s', async (line) => {
    expect(await decodeLine(line)).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringMatching(/^(record|v): /),
    });
  });

  it.each(['', ' ', '{', '{"v":1', '\0\0\0', '\ufeff{}', 'ready'])(
    'is no record when it is not JSON: %j',
    async (line) => {
      expect(await decodeLine(line)).toEqual({ kind: 'unreadable', reason: 'not JSON' });
    },
  );
});

it('decodeBytes reads no line whose bytes are no UTF-8, for it would read something else, and one that holds U+FFFD', async () => {
  const record = sampleRecord({ parameters: { name: 'Иван \uFFFD' } });
  const bytes = Buffer.from(encodeLine(record).slice(0, -1));
  expect(await decodeBytes(bytes)).toEqual({ kind: 'record', record });
  const damaged = Buffer.from(bytes);
  damaged[bytes.indexOf('И') + 1] = 0x41;
  expect(await decodeBytes(damaged)).toEqual({ kind: 'unreadable', reason: 'not UTF-8' });
});

it('decodeLine never throws, whatever the line is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (line) => {
      expect((await decodeLine(line)).kind).toBe('unreadable');
    }),
    { numRuns: 500 },
  );
  expect((await decodeLine('['.repeat(1_000_000))).kind).toBe('unreadable');
  expect((await decodeLine(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).kind).toBe('unreadable');
});

it('decodeLine never throws at a record with anything in the place of a field', async () => {
  const fields = fc.dictionary(fc.constantFrom(...Object.keys(sampleRecord())), fc.jsonValue(), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(fields, async (changed) => {
      expect(['record', 'unreadable']).toContain((await decodeLine(lineWith(changed))).kind);
    }),
    { numRuns: 500 },
  );
});
