import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missOf } from '../../src/journal/filter.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { necessaryTexts } from '../../src/journal/necessaryText.ts';
import { sampleRecord } from '../helpers/samples.ts';

describe('the id of an order', () => {
  it('is searched for in the bytes of the line', () => {
    expect(necessaryTexts({ order: 'order-1435197782', where: [] })).toEqual([
      { text: 'order-1435197782', mayBeEscaped: false },
    ]);
    expect(necessaryTexts({ order: 'заказ', where: [] })).toEqual([{ text: 'заказ', mayBeEscaped: true }]);
    expect(necessaryTexts({ order: '7', where: [] })).toEqual([]);
  });

  it('stands in each line that it needs, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (order) => {
        const record = sampleRecord({ orderId: order, parameters: {} });
        expect(missOf(record, { order, where: [] })).toBeUndefined();
        const line = encodeLine(record);
        for (const { text, mayBeEscaped } of necessaryTexts({ order, where: [] })) {
          expect(line.includes(text) || (mayBeEscaped && line.includes('\\u'))).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
