import { describe, expect, it } from 'vitest';
import { missOf, type RecordFilter } from '../../src/journal/filter.ts';
import { Misses } from '../../src/journal/misses.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { upTo } from './contract.ts';

function missesOf(filter: RecordFilter, records: ReadonlyArray<readonly [string | null, Record<string, string>]>) {
  const misses = new Misses();
  for (const [action, parameters] of records) {
    const record = sampleRecord({ action, parameters });
    const miss = missOf(record, filter);
    if (miss) misses.add(record, miss);
  }
  return misses;
}

describe('records that did not match', () => {
  const clause = { name: 'phone', op: '=', value: '1' } as const;

  it('are counted by action and reason, the largest group first, with their last different values', () => {
    const { groups, ungrouped } = missesOf({ action: 'lead', where: [clause] }, [
      ['lead', { phone: '1' }],
      ['lead', { phone: '2' }],
      ['message', { phone: '1' }],
      ['lead', { phone: '3' }],
      ['lead', {}],
      [null, {}],
      ['lead', { phone: '4' }],
      ['message', {}],
      ['lead', { phone: '2' }],
      ['lead', { phone: '5' }],
    ]);
    expect(groups).toEqual([
      { action: 'lead', kind: 'clause', clause, lacks: false, count: 5, values: ['5', '2', '4'] },
      { action: 'message', kind: 'action', clause: undefined, lacks: false, count: 2, values: [] },
      { action: 'lead', kind: 'clause', clause, lacks: true, count: 1, values: [] },
      { action: null, kind: 'action', clause: undefined, lacks: false, count: 1, values: [] },
    ]);
    expect(ungrouped).toBe(0);
  });

  it('say which orders there are instead', () => {
    const misses = new Misses();
    for (const orderId of ['order-1', null, 'order-2', 'order-1']) {
      const record = sampleRecord({ orderId });
      const miss = missOf(record, { order: 'order-9', where: [] });
      if (miss) misses.add(record, miss);
    }
    const group = { action: 'lead', kind: 'order', clause: undefined };
    expect(misses.groups).toEqual([
      { ...group, lacks: false, count: 3, values: ['order-1', 'order-2'] },
      { ...group, lacks: true, count: 1, values: [] },
    ]);
  });

  it('take little memory, whatever comes in', () => {
    const { groups, ungrouped } = missesOf(
      { where: [clause] },
      upTo(80).map((seq) => [`${seq}${'x'.repeat(10_000)}`, { phone: 'y'.repeat(10_000) }]),
    );
    expect(groups).toHaveLength(50);
    expect(ungrouped).toBe(30);
    expect(JSON.stringify(groups).length).toBeLessThan(20_000);
  });
});
