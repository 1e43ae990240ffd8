import { describe, expect, it } from 'vitest';
import { type Clause, missOf } from '../../src/journal/filter.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { sampleRecord } from '../helpers/samples.ts';

/** A record as it is read from a journal. */
function recordWith(parameters: ReadonlyArray<readonly [string, string]>, action: string | null = 'lead') {
  const line = encodeLine(sampleRecord({ action, parameters: Object.fromEntries(parameters) }));
  return JSON.parse(line) as JournalRecord;
}

const lead = recordWith([
  ['phone', '+79990001122'],
  ['text', 'Перезвоните, ПОЖАЛУЙСТА'],
  ['email', ''],
  ['__proto__', 'polluted'],
]);

const clause = (name: string, op: Clause['op'], value: string): Clause => ({ name, op, value });

describe('a clause of a filter', () => {
  it.each([
    ['phone', '=', '+79990001122', true],
    ['phone', '=', '79990001122', false],
    ['phone', '~', '0001122', true],
    ['phone', '~', '0001123', false],
    ['text', '=', 'перезвоните, пожалуйста', false],
    ['text', '~', 'пожалуй', true],
    ['text', '~', 'ПЕРЕЗВ', true],
    ['email', '=', '', true],
    ['email', '~', '', true],
    ['name', '=', '', false],
    ['name', '~', '', false],
    ['Phone', '=', '+79990001122', false],
    ['__proto__', '=', 'polluted', true],
    ['__proto__', '~', 'POLL', true],
    ['constructor', '~', '', false],
    ['toString', '~', '', false],
  ] as const)('%s %s %j: %s', (name, op, value, matches) => {
    expect(missOf(lead, { where: [clause(name, op, value)] }) === undefined).toBe(matches);
  });

  it('a record without a parameter named __proto__ has none', () => {
    const miss = missOf(recordWith([]), { where: [clause('__proto__', '~', '')] });
    expect(miss).toEqual({ kind: 'clause', clause: clause('__proto__', '~', ''), actual: undefined });
  });
});

describe('a phone of a filter', () => {
  const written = recordWith([['phone', '8 (999) 000-11-22']]);

  it.each(['+79990001122', '+7 999 000-11-22', '8 (999) 000-11-22', '9990001122', '000-11', '22'])(
    '%s is found, however it is written',
    (phone) => {
      expect(missOf(lead, { phone, where: [] })).toBeUndefined();
      expect(missOf(written, { phone, where: [] })).toBeUndefined();
    },
  );

  it.each(['+79990001123', '0001123', 'ivan'])('%s is not', (phone) => {
    expect(missOf(lead, { phone, where: [] })).toEqual({ kind: 'phone' });
    expect(missOf(recordWith([]), { phone, where: [] })).toEqual({ kind: 'phone' });
  });

  it('may be no number', () => {
    expect(missOf(recordWith([['phone', 'Anonymous']]), { phone: 'anon', where: [] })).toBeUndefined();
  });
});

describe('a filter', () => {
  it('without demands takes everything', () => {
    expect(missOf(recordWith([], null), { where: [] })).toBeUndefined();
  });

  it('compares the action first, known or not', () => {
    const where = [clause('phone', '=', 'x')];
    expect(missOf(lead, { action: 'message', where })).toEqual({ kind: 'action' });
    expect(missOf(recordWith([], null), { action: 'lead', where: [] })).toEqual({ kind: 'action' });
    expect(missOf(recordWith([], 'новое'), { action: 'новое', where: [] })).toBeUndefined();
    expect(missOf(lead, { action: 'Lead', where: [] })).toEqual({ kind: 'action' });
  });

  it('takes what meets all clauses, and names the first that is not met with what stands there', () => {
    const right = clause('text', '~', 'пере');
    const wrong = clause('phone', '=', '+70000000000');
    const other = clause('name', '=', 'Иван');
    expect(missOf(lead, { action: 'lead', where: [right, clause('phone', '~', '+7')] })).toBeUndefined();
    expect(missOf(lead, { action: 'lead', where: [right, wrong, other] })).toEqual({
      kind: 'clause',
      clause: wrong,
      actual: '+79990001122',
    });
    expect(missOf(lead, { where: [other, wrong] })).toEqual({ kind: 'clause', clause: other, actual: undefined });
  });
});

describe('a filter on time, verdict and text', () => {
  const at = (receivedAt: string) => sampleRecord({ receivedAt });
  const noon = new Date('2026-11-22T12:00:00.000Z');

  it('since takes the moment itself, until does not', () => {
    const matches = (receivedAt: string, filter: { since?: Date; until?: Date }) =>
      missOf(at(receivedAt), { ...filter, where: [] })?.kind ?? 'match';
    expect(matches('2026-11-22T12:00:00.000Z', { since: noon })).toBe('match');
    expect(matches('2026-11-22T11:59:59.999Z', { since: noon })).toBe('time');
    expect(matches('2026-11-22T12:00:00.000Z', { until: noon })).toBe('time');
    expect(matches('2026-11-22T11:59:59.999Z', { until: noon })).toBe('match');
  });

  it('compares the id of the order, and says which one there is', () => {
    const answered = sampleRecord({ orderId: 'order-90', parameters: { order_id: 'order-9' } });
    expect(missOf(answered, { order: 'order-90', where: [] })).toBeUndefined();
    expect(missOf(answered, { order: 'order-9', where: [] })).toEqual({ kind: 'order', actual: 'order-90' });
    expect(missOf(answered, { order: 'ORDER-90', where: [] })).toEqual({ kind: 'order', actual: 'order-90' });
    const without = sampleRecord({ orderId: null });
    expect(missOf(without, { order: 'order-90', where: [] })).toEqual({ kind: 'order', actual: undefined });
  });

  it('finds a text in any parameter, in any case of letters', () => {
    expect(missOf(lead, { contains: 'ПЕРЕЗВОН', where: [] })).toBeUndefined();
    expect(missOf(lead, { contains: '0001122', where: [] })).toBeUndefined();
    expect(missOf(lead, { contains: 'доставка', where: [] })).toEqual({ kind: 'contains' });
  });

  it('compares the verdict', () => {
    expect(missOf(sampleRecord(), { verdict: 'accepted', where: [] })).toBeUndefined();
    expect(missOf(sampleRecord(), { verdict: 'rejected', where: [] })).toEqual({ kind: 'verdict' });
  });
});
