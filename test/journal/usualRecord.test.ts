import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/journal/record.ts';
import { isUsualRecord } from '../../src/journal/usualRecord.ts';
import { sampleRecord } from '../helpers/samples.ts';

const problem = { code: 'phone-plus-lost', severity: 'warning', path: 'query.phone', detail: '' } as const;
const full = sampleRecord({
  problems: [problem],
  answer: { status: 200, body: '', headers: [['A', 'b']] },
  fault: 'slow=5s',
});

/** All places in a value, as the names that lead there. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner).map((rest) => [name, ...rest]))];
}

/** Places that may have something, and have nothing here. */
const leftOut = [['forward'], ['answer', 'encoding'], ['answer', 'truncated']];

/** A copy with something else in that place, or with nothing there. */
function changed(value: unknown, [name, ...rest]: readonly string[], other: unknown): unknown {
  if (name === undefined) return other;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length === 0 && other === undefined) delete copy[name];
  else copy[name] = changed(copy[name], rest, other);
  return copy;
}

const asJson = (value: unknown): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

const two = (most: number): fc.Arbitrary<string> => fc.nat(most).map((number) => String(number).padStart(2, '0'));
const time = fc
  .tuple(fc.constantFrom('2023', '2024', '0000', '9999', '1900'), two(13), two(32), two(25), two(61), two(61))
  .map(([year, month, day, hour, minute, second]) => `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
const other = fc.oneof(
  fc.constantFrom(undefined, null, '', 'match', 'base64', true, 0, 1, 0.5, -1, 99, 100, 1000, 1e300, [], {}, [
    'a',
    'b',
  ]),
  time,
  fc.jsonValue(),
);

describe('a usual record', () => {
  it('is one by the schema, whatever is changed in it', () => {
    let usual = 0;
    fc.assert(
      fc.property(fc.constantFrom(...placesIn(full), ...leftOut), other, (place, value) => {
        const record = asJson(changed(full, place, value));
        if (!isUsualRecord(record)) return;
        usual += 1;
        expect(recordSchema.safeParse(record).error).toBeUndefined();
      }),
      { numRuns: 5000 },
    );
    expect(usual).toBeGreaterThan(100);
  });

  it('has a time that there is; of the last of February alone the schema decides', () => {
    fc.assert(
      fc.property(time, (receivedAt) => {
        const record = sampleRecord({ receivedAt });
        fc.pre(!receivedAt.includes('-02-29'));
        expect(isUsualRecord(record)).toBe(recordSchema.safeParse(record).success);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['of a lead', full],
    ['without an answer', sampleRecord({ answer: null, method: null, target: null, action: null })],
  ])('is one %s', (_what, record) => expect(isUsualRecord(asJson(record))).toBe(true));
});
