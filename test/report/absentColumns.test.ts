import { describe, expect, it } from 'vitest';
import { AbsentColumns } from '../../src/report/absentColumns.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { upTo } from '../journal/contract.ts';

function absentOf(chosen: readonly string[], ...parameters: ReadonlyArray<Record<string, string>>): AbsentColumns {
  const absent = new AbsentColumns(chosen);
  for (const own of parameters) absent.add(sampleRecord({ parameters: own }));
  return absent;
}

describe('columns that no record has', () => {
  it('are those without a parameter or member of data of that name; fields are always there', () => {
    const chosen = ['phone', 'query.status', 'data.page', 'data.none', 'foo', 'fault', 'toString', 'query.time'];
    const { names } = absentOf(chosen, { phone: '', data: 'no JSON' }, { status: 'ANSWER', data: '{"page":""}' });
    expect(names).toEqual(['data.none', 'foo', 'toString', 'query.time']);
    expect(absentOf(['time', 'order_id']).names).toEqual([]);
  });

  it('are told apart from what is there', () => {
    const { known } = absentOf(['phnoe', 'email'], { phone: '1', marker: '2' });
    expect(known).toEqual(expect.arrayContaining(['phone', 'marker', 'order_id', 'data.page']));
    expect(known).not.toContain('email');
    // `titel` is as near to `time` as to `title`.
    expect(absentOf(['titel'], { title: '1' }).known.indexOf('title')).toBe(0);
  });

  it('take little memory, whatever comes in', () => {
    const hostile = upTo(900).map((seq) => ({ [`${seq}`]: '', ['x'.repeat(10_000) + seq]: '' }));
    expect(absentOf(['foo'], ...hostile).known.join('').length).toBeLessThan(2000);
  });
});
