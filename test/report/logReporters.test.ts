import { describe, expect, it } from 'vitest';
import { logReporters } from '../../src/report/logReporters.ts';
import { columnOf } from '../../src/report/recordColumns.ts';
import { makeStyle } from '../../src/report/style.ts';
import { sampleRecord } from '../helpers/samples.ts';

const plain = makeStyle({ colourLevel: 0, columns: 80 });
const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });
const open = makeStyle({ colourLevel: 0, columns: 80, showPii: true });

const parameters = {
  id: '90',
  title: 'Звонок от 79990001122',
  phone: '+79990001122',
  email: 'ivan@mail.ru',
  created_date: '2026-11-22 19:40:17',
  visit: '1234567890',
  token: '6512bd43d9caa6e02c990b0a82652dca',
  data: '{"page":"http://site.ru/","marker":7,"deep":{"a":[1]}}',
  status: 'ANSWER',
};
const record = sampleRecord({ parameters });

const problem = (code: string, severity: 'error' | 'warning' | 'info') => ({ code, severity, path: '', detail: '' });

/** The line of a record, without day and time. */
function lineOf(fields: Parameters<typeof sampleRecord>[0], style = plain): string {
  const [, line = ''] = logReporters.lines(style).record(sampleRecord(fields)).split('\n');
  return line.replace(/^\d\d:\d\d:\d\d /, '');
}

describe('a line of the log', () => {
  it('has what people look for, and no more than the terminal is wide', () => {
    expect(lineOf({ parameters })).toBe('#1 lead 90  200  +7999***22  calltracking  → order-90');
    expect(lineOf({ parameters }, open)).toBe('#1 lead 90  200  +79990001122  calltracking  → order-90');
    const chat = { action: 'message', orderId: null, parameters: { leadId: '7', title: 'Чат на сайте' } };
    expect(lineOf(chat)).toBe('#1 message 7  200  Чат на сайте');
    expect(lineOf({ ...chat, parameters: { leadId: '7', text: 'a\nb' } })).toBe(String.raw`#1 message 7  200  a\nb`);
    expect(lineOf({ action: 'constructor', orderId: null, parameters: { id: '7' } })).toBe('#1 constructor 7  200');
    const long = lineOf({ parameters: { ...parameters, title: 'Т'.repeat(900) } });
    expect(long).toMatch(/Т{20}…$/);
    expect(`19:40:17 ${long}`).toHaveLength(80);
  });

  it('is whole in a pipe, though no value may be of any length', () => {
    const orderId = `order-${'0123456789'.repeat(5)}`;
    const codes = ['a', 'b'].map((letter) => problem(letter.repeat(28), 'error'));
    const title = 'Т'.repeat(900);
    expect(lineOf({ parameters: { ...parameters, title }, orderId, problems: codes }, pipe)).toBe(
      `#1 lead 90  200 odd  ✗ ${'a'.repeat(28)}, ${'b'.repeat(28)}  +7999***22  → ${orderId}  ${'Т'.repeat(59)}…`,
    );
    const chat = { action: 'message', orderId: null, parameters: { leadId: orderId } };
    expect(lineOf(chat, pipe)).toBe(`#1 message ${orderId}  200`);
    expect(lineOf(chat)).toBe(`#1 message ${orderId.slice(0, 19)}…  200`);
    const endless = { orderId: '\u202e'.repeat(9999), parameters: { id: '\u202e'.repeat(9999) } };
    expect(lineOf(endless, pipe).length).toBeLessThan(2500);
  });

  it.each([
    [{ problems: [problem('a', 'info')] }, '200'],
    [{ problems: [problem('a', 'warning')] }, '200 odd  ! a'],
    [
      { problems: [problem('a', 'warning'), problem('b', 'error'), problem('b', 'error'), problem('c', 'error')] },
      '200 odd  ✗ a, b, 1 more',
    ],
    [{ answer: { status: 401, body: '' } }, '401 rejected'],
    [{ answer: null }, 'no answer'],
    [{ answer: { status: 500, body: '' }, fault: 'http-500' }, '500 injected http-500'],
    [{ answer: null, fault: 'reset' }, 'no answer injected reset'],
    [
      {
        forward: {
          url: 'http://x/',
          verdict: 'rejected' as const,
          problems: [problem('html', 'error')],
          durationMs: 1,
        },
      },
      '200 rejected  ✗ html',
    ],
  ])('says what became of it: %#', (fields, text) => {
    expect(lineOf({ orderId: null, ...fields })).toBe(`#1 lead 90  ${text}`);
  });

  it('has a line of its own before it wherever a day begins, on this machine', () => {
    const reporter = logReporters.lines(plain);
    const at = (day: number, hour: number): string =>
      reporter.record(sampleRecord({ receivedAt: new Date(2026, 10, day, hour).toISOString() }));
    expect(at(22, 0)).toMatch(/^2026-11-22, Sunday\n00:00:00 #1 .*\n$/);
    expect(at(22, 23)).toMatch(/^23:00:00 #1 .*\n$/);
    expect(at(23, 0)).toMatch(/^2026-11-23, Monday\n00:00:00 #1 .*\n$/);
  });

  it('shows in colour what became of it', () => {
    const coloured = makeStyle({ colourLevel: 1, columns: 80 });
    expect(lineOf({ parameters: {} }, coloured)).toContain('\u001b[32m  200\u001b[39m  →');
    expect(lineOf({ parameters: {}, answer: { status: 400, body: '' } }, coloured)).toContain(
      '\u001b[31m  400 rejected',
    );
  });
});

describe('the columns of the log', () => {
  it('are fields, parameters and members of data; secrets are masked', () => {
    const values = Object.fromEntries(
      ['time', 'seq', 'id', 'source', 'status', 'verdict', 'token', 'order_id', 'duration_ms', 'run', 'remote'].map(
        (name) => [name, columnOf(name).value(record)],
      ),
    );
    expect(values).toEqual({
      time: '2026-11-22T19:40:17.723Z',
      seq: '1',
      id: '90',
      source: 'calltracking',
      status: '200',
      verdict: 'accepted',
      token: 'unchecked',
      order_id: 'order-90',
      duration_ms: '0.412',
      run: '0badcafe',
      remote: '127.0.0.1:36330',
    });
    const value = (name: string, fields = record): string => columnOf(name).value(fields);
    expect(['phone', 'data.page', 'data.marker', 'data.deep', 'query.status'].map((name) => value(name))).toEqual([
      '+79990001122',
      'http://site.ru/',
      '7',
      '{"a":[1]}',
      'ANSWER',
    ]);
    expect(['none', 'toString', 'data.none', 'data.toString', 'query.token'].map((name) => value(name))).toEqual([
      '',
      '',
      '',
      '',
      '***',
    ]);
    expect(value('target', sampleRecord({ target: '/?token=abc&id=1' }))).toBe('/?token=***&id=1');
    const nothing = sampleRecord({
      answer: null,
      orderId: null,
      action: null,
      method: null,
      target: null,
      parameters: { data: 'x' },
    });
    const empty = [
      'status',
      'order_id',
      'action',
      'method',
      'target',
      'id',
      'source',
      'data.page',
      'fault',
      'problems',
    ];
    expect(empty.map((name) => value(name, nothing)).join('')).toBe('');
    const wrong = { ...record, problems: [problem('a', 'info')], fault: 'slow' };
    expect([value('problems', wrong), value('fault', wrong)]).toEqual(['a', 'slow']);
  });

  it('have the target without personal data, however it is written, and with a token that is no secret', () => {
    const rest = 'token=d41d8cd98f00b204e9800998ecf8427e&id=79990001122';
    const lead = sampleRecord({
      target: `/?${rest}&email=ivan%40mail.ru&phone=8%20999%20000%2011%2022%&ivan@mail.ru=1`,
    });
    expect(logReporters.csv(plain, ['target']).record(lead)).toBe(`/?${rest}&email=***&phone=***&***=1\r\n`);
    const wide = logReporters.table({ ...plain, lineColumns: 120 }, ['target'], true);
    expect(wide.record(lead)).toContain('&email=***&phone=***');
    expect(logReporters.csv(open, ['target']).record(lead)).toBe(`${lead.target}\r\n`);
    const windows1251 = sampleRecord({ target: '/79990001122?text=%CF%E5%F2%FF%208%20999%20000%2011%2022' });
    expect(logReporters.csv(plain, ['target']).record(windows1251)).toBe('/7999***22?text=***\r\n');
  });
});

describe('the log for programs', () => {
  it('gives a line as it stands in the file, unless a terminal would obey it', () => {
    const { record: textOf } = logReporters.json(plain);
    const unsafe = sampleRecord({ action: '\u007f\u009b31m' });
    const harmless = JSON.stringify(sampleRecord({ action: 'лид 😀' }), null, ' ').replaceAll('\n', '');
    expect(textOf(unsafe, harmless)).toBe(`${harmless}\n`);
    for (const line of [JSON.stringify(unsafe), `${harmless}\r`, JSON.stringify(unsafe).replace('"', '\t"')]) {
      expect(textOf(unsafe, line)).toBe(textOf(unsafe));
      expect(textOf(unsafe, line)).toContain('"action":"\\u007f\\u009b31m"');
    }
  });

  it('is NDJSON of the records as they stand in the journal, safe for a terminal', () => {
    const hostile = sampleRecord({ parameters: { phone: '+79990001122', text: '\u001b[31m\u202e\n' } });
    const text = logReporters.json(plain).record(hostile);
    expect(JSON.parse(text)).toEqual(hostile);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(text.indexOf('\n')).toBe(text.length - 1);
  });

  it('is CSV, masked unless wanted, with lines kept and nothing that a terminal obeys', () => {
    const names = ['time', 'id', 'visit', 'created_date', 'phone', 'email', 'text'];
    const lead = sampleRecord({ parameters: { ...parameters, text: 'a\r\n\u001bb\u202e 79990001122' } });
    const csv = logReporters.csv(plain, names);
    expect(csv.header).toBe('time,id,visit,created_date,phone,email,text\r\n');
    const start = '2026-11-22T19:40:17.723Z,90,1234567890,2026-11-22 19:40:17,';
    expect(csv.record(lead)).toBe(`${start}+7999***22,i***@mail.ru,"a\n\\u001bb\\u202e 7999***22"\r\n`);
    const full = logReporters.csv(open, names).record(lead);
    expect(full).toBe(`${start}+79990001122,ivan@mail.ru,"a\n\\u001bb\\u202e 79990001122"\r\n`);
  });

  it('is CSV with the columns of a lead when none are chosen, and another kind for Excel', () => {
    expect(logReporters.csv(open).header).toBe(
      'time,seq,action,id,source,title,name,phone,email,visit,data.page,status,verdict,token,order_id,problems\r\n',
    );
    const excel = logReporters.excel(open, ['id', 'phone']);
    expect(excel.header + excel.record(record)).toBe('\ufeffid;phone\r\n90;+79990001122\r\n');
  });
});
