import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Delivery } from '../../src/client/delivery.ts';
import { recordView } from '../../src/inspector/recordView.ts';
import { redactionOf } from '../../src/inspector/redact.ts';
import { replayResult } from '../../src/inspector/replay.ts';
import { rowOf } from '../../src/inspector/recordRow.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { problem } from '../../src/protocol/problems.ts';
import { leadRecord } from '../helpers/leads.ts';

const person = { name: 'Константин Ли-Оболенский', phone: '+79261234567', email: 'k.obol@shop.example' };
const canaries = [person.name, person.name.toUpperCase(), 'константину', 'ОБОЛЕНСКИЙ', person.phone, '79261234567'];
const leak = /константин|оболенск|9261234567|k\.obol/iu;

const escaped = (text: string): string =>
  text.replace(/[^ ]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
const spellings: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => encodeURIComponent(text).toLowerCase(),
  escaped,
  (text) => `{"a":["${escaped(text)}"]}`,
  (text) => `{"a":{"b":"${escaped(text)}`,
  (text) => JSON.stringify({ [text]: JSON.stringify({ [text]: text }) }),
  (text) => `{"a":"${escaped(text)}","a":1}`,
  (text) => Array.from(text, (letter) => `&#${letter.codePointAt(0)};`).join(''),
];

const canary = fc
  .tuple(
    fc.constantFrom(...canaries, person.email),
    fc.constantFrom(...spellings),
    fc.constantFrom('', 'от ', 'x'.repeat(110)),
  )
  .map(([text, spell, before]) => before + spell(text));

/** Makes of each text a field of a record; each of them is shown somewhere. */
const places: Readonly<Record<string, (text: string) => Partial<JournalRecord>>> = {
  target: (text) => ({ target: `/${text}?${text}=${text}`, action: null }),
  header: (text) => ({ headers: [[text, text], ['User-Agent', text], ['Host', text]] }), // prettier-ignore
  body: (text) => ({ body: { bytes: 1, encoding: 'utf8', data: text, truncated: false } }),
  action: (text) => ({ action: text }),
  diagnosis: (text) => ({ tokenDiagnosis: text, fault: text, orderId: text }),
  problems: (text) => ({ problems: [problem('phone-plus-lost', text, text)] }),
  answer: (text) => ({ answer: { status: 200, body: text, headers: [[text, text], ['Content-Type', text]] } }), // prettier-ignore
  forward: (text) => ({
    forward: {
      url: `http://127.0.0.1/${text}?${text}`,
      verdict: 'accepted',
      problems: [problem('phone-plus-lost', text, text)],
      durationMs: 1,
      answer: { status: 200, body: text, headers: [['Location', text]] },
    },
  }),
};

const parameterNames = [
  'title',
  'text',
  'data',
  'id',
  'visit',
  'user',
  'manager_id',
  'action',
  'leadId',
  'created_date',
];

function deliveryOf(text: string): Delivery {
  const answer = { status: 200, headers: {}, body: Buffer.from(text), durationMs: 1 };
  const request = { url: 'http://127.0.0.1/', token: '', headers: [], parameters: [], targetBytes: 1 };
  return {
    action: 'lead',
    verdict: 'accepted',
    orderId: text,
    problems: [problem('phone-plus-lost', text, text)],
    request: { ...request, insecure: false, cacert: undefined, proxy: undefined },
    answer,
  };
}

const facts = { webhook: 'http://127.0.0.1:1/', invocation: 'roistat-hook', credentials: undefined };

/** All that is sent to a page, its escapes taken out. */
function sentOf(record: JournalRecord, text: string): string {
  const redaction = redactionOf(record);
  const all = [
    rowOf(record, redaction),
    recordView(record, true, facts),
    replayResult(record, deliveryOf(text), redaction),
  ];
  const json = JSON.stringify(all);
  const plain = json
    .replaceAll('\\\\', '\\')
    .replace(/\\+u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)));
  const once = plain.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
  return `${plain}\n${once.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())}`;
}

describe('with --redact', () => {
  it('nothing of a person is sent, wherever and however it stands', () => {
    fc.assert(
      fc.property(
        canary,
        fc.subarray(Object.keys(places)),
        fc.subarray([...parameterNames, 'other']),
        (text, fields, names) => {
          const parameters = Object.fromEntries(names.map((name) => [name, text]));
          const named = names.includes('other') ? { [text]: text } : {};
          const given = Object.assign({}, ...fields.map((name) => places[name]?.(text))) as Partial<JournalRecord>;
          const record = leadRecord(1, { ...person, ...parameters, ...named }, given);
          expect(sentOf(record, text)).not.toMatch(leak);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('what is nothing of a person stays', () => {
    const record = leadRecord(
      123_456_789,
      { ...person, visit: '1234567', user: 'ann', title: 'Заявка с сайта', data: '{"page":"/a%20b","n":5}' },
      { orderId: 'order-123456789', answer: { status: 200, body: '{"status":"ok","order_id":77}' } },
    );
    const view = recordView(record, true, facts);
    expect(view.row).toMatchObject({ title: 'Заявка с сайта', subject: '123456789', orderId: 'order-123456789' });
    expect(view.record.parameters).toMatchObject({
      action: 'lead',
      id: '123456789',
      visit: '1234567',
      user: 'ann',
      data: '{"page":"/a%20b","n":5}',
      phone: '+7926***67',
    });
    expect(view.answerText).toBe('{"status":"ok","order_id":77}');
  });

  it('a short name is hidden as a word, and its letters in other words are not', () => {
    const record = leadRecord(1, { name: 'Ян', text: 'Звонил ЯН, ян. Январь', title: 'Анна' });
    const shown = redactionOf(record).record().parameters;
    expect([shown['name'], shown['text'], shown['title']]).toEqual(['Я***', 'Звонил Я***, я***. Январь', 'Анна']);
    const ann = leadRecord(1, { name: 'Ann O(Hara', text: 'ann cannot see anna' });
    expect(redactionOf(ann).record().parameters['text']).toBe('a*** cannot see a***a');
  });

  it('a phone is hidden where it passes for an id', () => {
    const record = leadRecord(1, { phone: '8 (926) 123-45-67', id: '79261234567', visit: '5550001112' });
    const { row, record: shown } = recordView({ ...record, orderId: 'order-79261234567' }, true, facts);
    expect([row.subject, row.orderId]).toEqual(['7926***67', 'order-7926***67']);
    expect(shown.parameters['visit']).toBe('5550001112');
  });

  it('an answer that is nested without end, or has many names, takes little time', () => {
    const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const names = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`name${index}`, `Имя${index}`]));
    const record = leadRecord(1, { ...names, name: 'a '.repeat(5000), data: body }, { answer: { status: 200, body } });
    const start = performance.now();
    recordView(record, true, facts);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
