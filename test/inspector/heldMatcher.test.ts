import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldMatcher } from '../../src/inspector/heldMatcher.ts';
import { HeldRecord, LineChunks } from '../../src/inspector/heldRecord.ts';
import { missOf, type RecordFilter } from '../../src/journal/filter.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { leadRecord } from '../helpers/leads.ts';

const values = fc.oneof(
  fc.constantFrom('lead', 'message', '+79990001122', 'Иван Петров', 'ИВАН', 'a"b\\c', '1122', 'x\ud800y', ''),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const records = fc
  .record({ action: values, order: values, phone: values, name: values, status: fc.constantFrom(200, 401) })
  .map(({ action, order, phone, name, status }) => {
    const parameters = { action, phone, name };
    return leadRecord(1, {}, { action, parameters, answer: { status, body: '{}' }, orderId: order });
  });
const demand = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const filters: fc.Arbitrary<RecordFilter> = fc.record({
  action: demand(values),
  order: demand(values),
  verdict: demand(fc.constantFrom('accepted', 'rejected', 'odd')),
  since: demand(fc.constant(new Date('2026-01-01'))),
  phone: demand(values),
  contains: demand(values),
  where: fc.array(
    fc.record({
      name: fc.constantFrom('action', 'phone', 'name', 'other'),
      op: fc.constantFrom('=', '~'),
      value: values,
    }),
    { maxLength: 2 },
  ),
});

describe('a filter over held records', () => {
  it('says what it says of the records themselves', () => {
    fc.assert(
      fc.property(records, filters, (record, filter) => {
        const held = new HeldRecord(record, encodeLine(record), new LineChunks());
        expect(heldMatcher(filter)(held)).toBe(missOf(record, filter) === undefined);
      }),
      { numRuns: 2000 },
    );
  });
});
