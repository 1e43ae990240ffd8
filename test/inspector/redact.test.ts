import { describe, expect, it } from 'vitest';
import { rowOf } from '../../src/inspector/recordRow.ts';
import { redactionOf } from '../../src/inspector/redact.ts';
import { problem } from '../../src/protocol/problems.ts';
import { leadRecord } from '../helpers/leads.ts';

const answer = {
  status: 200,
  body: 'Спасибо, Пётр! +79990001122',
  headers: [['X-Client', 'petr@mail.ru']] as Array<[string, string]>,
};
const found = problem('phone-plus-lost', 'query.phone', 'phone is " 79990001122"');
const record = leadRecord(
  123_456_789,
  {
    name: 'Пётр',
    phone: '+79990001122',
    email: 'petr@mail.ru',
    title: 'Звонок от 79990001122',
    text: 'Пётр, petr@mail.ru',
    data: '{"phone":"+79990001122"}',
    created_date: '2015-06-28 09:12:54',
  },
  {
    target: '/79990001122/?name=%D0%9F%D1%91%D1%82%D1%80&email=petr%40mail.ru&phone=%2B79990001122',
    headers: [
      ['Host', '127.0.0.1:8787'],
      ['Referer', 'http://site.ru/?email=petr%40mail.ru'],
    ],
    body: { bytes: 3, encoding: 'utf8', data: 'petr%40mail.ru', truncated: false },
    problems: [found],
    answer,
    forward: {
      url: 'http://127.0.0.1/?phone=79990001122',
      verdict: 'accepted',
      problems: [found],
      durationMs: 1,
      answer: { ...answer, encoding: 'base64', body: 'petr' },
    },
  },
);

describe('a record without personal data', () => {
  it('has none of it in any place or encoding, and keeps what is none', () => {
    const redacted = redactionOf(record).record();
    const text = JSON.stringify(redacted);
    expect(text).not.toMatch(/9990001122|petr|Пётр|%D0%9F/);
    expect(redacted).toMatchObject({
      target: '/7999***22/?***',
      headers: [
        ['Host', '127.0.0.1:8787'],
        ['Referer', '***'],
      ],
      parameters: {
        name: 'П***',
        phone: '+7999***22',
        id: '123456789',
        created_date: '2015-06-28 09:12:54',
        text: 'П***, p***@mail.ru',
      },
      orderId: record.orderId,
    });
  });

  it('has a row like it', () => {
    const row = rowOf(record, redactionOf(record));
    expect(row).toMatchObject({ title: 'Звонок от 7999***22', phone: '+7999***22', subject: '123456789' });
  });
});
