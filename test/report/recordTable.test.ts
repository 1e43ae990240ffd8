import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { displayWidth } from '../../src/report/displayWidth.ts';
import { recordTable } from '../../src/report/recordTable.ts';
import { makeStyle, type Style } from '../../src/report/style.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { upTo } from '../journal/contract.ts';

const terminal = makeStyle({ colourLevel: 0, columns: 80 });
const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });

/** The whole table of records that have these parameters. */
function tableOf(
  names: string,
  records: ReadonlyArray<Partial<JournalRecord>>,
  style: Style,
  goesOn = false,
): string[] {
  const { header, record: textOf, end } = recordTable(style, names.split(','), goesOn);
  const rows = records.map((fields) => textOf(sampleRecord(fields)));
  return `${header}${rows.join('')}${end?.() ?? ''}`.trimEnd().split('\n');
}

const lead = (parameters: Record<string, string>): Partial<JournalRecord> => ({ parameters });

const time = '2026-11-22T19:40:17.723Z';

describe('a table of records', () => {
  it('has columns as wide as what stands in them', () => {
    const records = [lead({ phone: '+79990001122', title: 'Звонок' }), { seq: 1000, ...lead({ title: '日本語' }) }];
    expect(tableOf('seq,phone,title,id', records, terminal)).toEqual([
      'seq   phone       title   id',
      '1     +7999***22  Звонок',
      '1000              日本語',
    ]);
    expect(tableOf('name,id', [lead({ name: 'и\u0306', id: '1' })], terminal)[1]).toBe('и\u0306     1');
  });

  it('cuts the widest where the terminal has no room, what is empty before that, and the time last', () => {
    const records = [lead({ title: 'Т'.repeat(99), phone: '+79990001122', text: 'x'.repeat(99) })];
    expect(tableOf('time,manager_id,phone,title,text', records, terminal)).toEqual([
      `time                      man…  phone       title              text`,
      `${time}        +7999***22  ${'Т'.repeat(16)}…  ${'x'.repeat(16)}…`,
    ]);
    const many = 'time,run,seq,remote,method,action,status,verdict,token,order_id,title';
    const [header = '', row = ''] = tableOf(many, records, { ...terminal, lineColumns: 90 });
    expect(row).toMatch(/^2026-11-22T19:40:17\.723Z {2}0bad… {2}1 {4}/);
    expect([header.length <= 90, row.length]).toEqual([true, 90]);
    const narrow = tableOf('time,phone', records, { ...terminal, lineColumns: 20 });
    expect(narrow[1]).toBe('2026-11-22T19…  +79…');
  });

  it('is not cut in a pipe, where a long value stands out, but no value has any length', () => {
    const orderId = `order-${'0123456789'.repeat(9)}`;
    const records = [{ orderId, ...lead({ id: '7' }) }, lead({ id: '8', text: 'x'.repeat(9999) })];
    expect(tableOf('time,order_id,id,text', records, pipe)).toEqual([
      `time                      order_id${' '.repeat(52)}  id  text`,
      `${time}  ${orderId}  7`,
      `${time}  order-90${' '.repeat(52)}  8   ${'x'.repeat(298)}…`,
    ]);
  });

  it('does not wait for further rows where nobody knows when they come: its columns have their usual widths', () => {
    const { header, record: textOf, end } = recordTable(terminal, ['seq', 'phone', 'created_date', 'title'], true);
    expect(header).toBe('seq    phone             created_date          title\n');
    expect(textOf(sampleRecord(lead({ phone: '+79990001122', title: 'Т'.repeat(99) })))).toBe(
      `1      +7999***22        ${' '.repeat(20)}  ${'Т'.repeat(32)}…\n`,
    );
    expect(end?.()).toBe('');
  });

  it('waits for so many rows and no more, and keeps room for what may come', () => {
    const { header, record: textOf, end } = recordTable(terminal, ['seq', 'phone', 'title']);
    const texts = upTo(501).map((seq) => textOf(sampleRecord({ seq, parameters: { title: 'a' } })));
    expect([header, ...texts.slice(0, 499)].join('')).toBe('');
    expect(texts[499]).toMatch(/^seq    phone             title\n1 {24}a\n/);
    expect(texts[499]?.split('\n')).toHaveLength(502);
    expect(texts[500]).toBe(`501${' '.repeat(22)}a\n`);
    expect(end?.()).toBe('');
  });

  it('never has a row wider than the terminal, whatever stands in it', () => {
    const names = fc.uniqueArray(fc.constantFrom('time', 'seq', 'order_id', 'title', 'phone', 'none'), {
      minLength: 1,
    });
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 90 }), fc.string({ unit: 'binary', maxLength: 9 }));
    const record = fc.record({ orderId: text, title: text, phone: text });
    const rows = fc.array(record, { maxLength: 4 });
    fc.assert(
      fc.property(names, rows, fc.integer({ min: 34, max: 200 }), fc.boolean(), (chosen, values, room, goesOn) => {
        const records = values.map(({ orderId, ...parameters }) => ({ orderId, parameters }));
        const lines = tableOf(chosen.join(','), records, { ...terminal, lineColumns: room }, goesOn);
        expect(lines.length).toBeLessThanOrEqual(1 + records.length);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(room);
      }),
      { numRuns: 500 },
    );
  });

  it('is its header alone where there are no records', () => {
    expect(tableOf('time,phone', [], terminal)).toEqual(['time  phone']);
  });
});
