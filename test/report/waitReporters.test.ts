import { describe, expect, it } from 'vitest';
import { type MissGroup } from '../../src/journal/misses.ts';
import { makeStyle } from '../../src/report/style.ts';
import { waitingNote, waitReporters, type WaitResult } from '../../src/report/waitReporters.ts';
import { upTo } from '../journal/contract.ts';
import { sampleRecord } from '../helpers/samples.ts';

const plain = makeStyle({ colourLevel: 0, columns: 80 });
const { human, json } = waitReporters;

const record = sampleRecord({ seq: 12, parameters: { id: '90', phone: '+79990001122' } });

function resultWith(fields: Partial<WaitResult>): WaitResult {
  const { records = [], wanted = 1, verdict = 'timed-out' } = fields;
  return {
    verdict,
    logDir: 'roistat-log',
    path: '/home/ivan/roistat-log',
    isThere: true,
    action: undefined,
    wanted,
    matched: records.length,
    seen: records.length,
    unreadable: 0,
    waitedMs: 1300,
    records,
    misses: { groups: [], ungrouped: 0 },
    ...fields,
  };
}

const group = (fields: Partial<MissGroup>): MissGroup => ({
  action: 'lead',
  kind: fields.clause ? 'clause' : 'action',
  clause: undefined,
  lacks: false,
  count: 1,
  values: [],
  ...fields,
});

const textOf = (fields: Partial<WaitResult>, style = plain): string =>
  human.report(resultWith(fields), style).replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS');

describe('wait for people', () => {
  it('says how many came and when, with a line for each', () => {
    const message = sampleRecord({ seq: 13, action: 'message', orderId: null, parameters: { leadId: 'order-90' } });
    const refused = sampleRecord({ seq: 14, action: null, orderId: null, parameters: {}, answer: null });
    const garbled = sampleRecord({ ...refused, seq: 15, method: null, answer: { status: 400, body: '' } });
    expect(textOf({ verdict: 'seen', wanted: 4, records: [record, message, refused, garbled] })).toBe(
      [
        '✓ 4 records in roistat-log after 1.3 s',
        '  HH:MM:SS #12 lead 90  200  +7999***22  → order-90',
        '  HH:MM:SS #13 message order-90  200',
        '  HH:MM:SS #14 no action  no answer',
        '  HH:MM:SS #15 not an HTTP request  400 rejected',
        '',
      ].join('\n'),
    );
  });

  it('shows the phone when told so', () => {
    const open = makeStyle({ colourLevel: 0, columns: 80, showPii: true });
    expect(textOf({ records: [record] }, open)).toContain('+79990001122');
  });

  it('shows ids of orders as they are, though they may look like phones', () => {
    const groups = [
      group({ kind: 'order', count: 2, values: ['order-1435197782', '79990001122', 'x'.repeat(99)] }),
      group({ kind: 'order', action: 'message', lacks: true }),
    ];
    expect(textOf({ seen: 3, misses: { groups, ungrouped: 0 } })).toContain(
      'Others:\n  2 leads with another order_id: order-1435197782, 79990001122,\n' +
        `  ${'x'.repeat(39)}…\n  1 message without an order_id\n`,
    );
  });

  it('shows ten records and the number of the others', () => {
    const records = upTo(22).map((seq) => sampleRecord({ seq }));
    const lines = textOf({ verdict: 'seen', wanted: 22, records }).split('\n');
    expect(lines).toHaveLength(13);
    expect(lines.slice(-3)).toEqual([expect.stringContaining('#10 lead'), '  … 12 more', '']);
  });

  it('says what came instead, the nearest first', () => {
    const phone = { name: 'phone', op: '=', value: '+79990001144' } as const;
    const text = { name: 'text', op: '~', value: 'доставка' } as const;
    const groups = [
      group({ action: 'message', count: 9 }),
      group({ clause: phone, count: 3, values: ['+79990001122', '+79990001222', ''] }),
      group({ action: 'my-action', count: 2 }),
      group({ clause: phone, lacks: true }),
      group({ action: null }),
      group({ clause: text, count: 2, values: ['Пере\u001bзвоните'] }),
    ];
    const fields = { action: 'lead', wanted: 2, records: [record], seen: 20, misses: { groups, ungrouped: 4 } };
    expect(textOf(fields)).toBe(
      [
        '✗ 1 of 2 leads in roistat-log after 1.3 s',
        '  HH:MM:SS #12 lead 90  200  +7999***22  → order-90',
        'Others:',
        '  3 leads with another phone: +7999***22, (empty)',
        '  1 lead without phone',
        '  2 leads without "доставка" in text: Пере\\u001bзвоните',
        '  9 messages, 2 records (action my-action), 1 record (no action)',
        '  4 more',
        '',
      ].join('\n'),
    );
  });

  it('shows no token, though the journal keeps them', () => {
    const found = { name: 'token', op: '=', value: 'zzz' } as const;
    const part = { name: 'token', op: '~', value: 'fedcba98' } as const;
    const values = ['0123456789abcdef0123456789abcdef', 'fedcba98'];
    const groups = [group({ clause: found, count: 2, values }), group({ clause: part, count: 2, values })];
    const text = textOf({ action: 'lead', wanted: 2, records: [], seen: 4, misses: { groups, ungrouped: 0 } });
    expect(text).toContain('  2 leads with another token: ***\n  2 leads without "***" in token: ***\n');
  });

  it('says that there is nothing to see, and where', () => {
    const hint = '  → Is serve running, and does it write there? Give the folder of its --log-dir.';
    expect(textOf({ isThere: false })).toBe(
      `✗ 0 of 1 record in roistat-log after 1.3 s\n  /home/ivan/roistat-log does not exist.\n${hint}\n`,
    );
    expect(textOf({})).toContain(`  /home/ivan/roistat-log has no records.\n${hint}\n`);
    expect(textOf({ unreadable: 1 })).toBe('✗ 0 of 1 record in roistat-log after 1.3 s\n');
  });

  it('stays within 80 columns and few lines, whatever stands in the journal', () => {
    const long = `\u001b[31m${'Ж'.repeat(500)}\n\r\u202e`;
    const clause = { name: long, op: '~', value: long } as const;
    const hostile = sampleRecord({ action: long, orderId: long, parameters: { id: long, phone: long } });
    const groups = upTo(20).flatMap((count) => [
      group({ action: long, count }),
      group({ action: long, count, clause, values: [long, `${long}2`, `b${long}`] }),
    ]);
    const text = textOf({ action: long, wanted: 2, records: [hostile], seen: 9, misses: { groups, ungrouped: 1 } });
    const lines = text.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThan(20);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });

  it('gives whole lines of records to a pipe, and wraps what it says of them', () => {
    const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });
    const orderId = `order-${'0123456789'.repeat(6)}`;
    const long = sampleRecord({ orderId, parameters: { id: '1', phone: '+79990001122' } });
    const lines = textOf({ wanted: 2, records: [long], path: `/home/${'ivan '.repeat(30)}` }, pipe).split('\n');
    expect(lines[1]).toBe(`  HH:MM:SS #1 lead 1  200  +7999***22  → ${orderId}`);
    const empty = textOf({ isThere: false, path: `/home/${'ivan '.repeat(30)}` }, pipe).split('\n');
    expect(empty.filter((line) => line.length > 80)).toEqual([]);
  });

  it('colours the verdict', () => {
    const colourful = makeStyle({ colourLevel: 1, columns: 80 });
    expect(textOf({ verdict: 'seen', records: [record] }, colourful)).toContain('\u001b[32m✓');
    expect(textOf({}, colourful)).toContain('\u001b[31m✗');
  });
});

describe('wait --json', () => {
  it('gives one document with the fields that scripts rely on', () => {
    const document: unknown = JSON.parse(json.report(resultWith({ waitedMs: 1299.6, records: [record] }), plain));
    expect(document).toEqual({
      verdict: 'timed-out',
      wanted: 1,
      matched: 1,
      seen: 1,
      unreadable: 0,
      waitedMs: 1300,
      records: [record],
    });
  });
});

describe('the notes of wait', () => {
  it('say what is waited for', () => {
    expect(waitingNote({ count: 2, action: 'lead', logDir: 'ci\u001b', timeout: 30_000 }, plain)).toBe(
      'Waiting up to 30.0 s for 2 leads in ci\\u001b\n',
    );
  });
});
