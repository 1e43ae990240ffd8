import { describe, expect, it } from 'vitest';
import { findProblems, leadSchema, messageSchema } from '../../src/protocol/fields.ts';

describe('the schema of a lead', () => {
  const lead = { action: 'lead', id: '90' };
  const codesOf = (fields: Record<string, string>): string[] =>
    findProblems(leadSchema, { ...lead, ...fields }).map(({ code }) => code);

  it('is content with an id alone, and with the example of the source document', () => {
    expect(codesOf({})).toEqual([]);
    const example = {
      user: '',
      visit: '12852',
      title: 'Звонок от 79990001122',
      phone: '+79990001122',
      email: 'email@mail.ru',
      data: '{"page":"http://site.ru/"}',
      created_date: '2015-06-28 09:12:54',
      unknown: 'kept',
    };
    expect(codesOf(example)).toEqual([]);
  });

  it.each([
    ['created_date', '28.06.2015', 'created-date-format'],
    ['created_date', '2015-06-28T09:12:54', 'created-date-format'],
    ['created_date', '2015-02-30 09:12:54', 'created-date-format'],
    ['created_date', '2015-06-28 25:00:00', 'created-date-format'],
    ['data', '{page}', 'data-not-json'],
    ['data', '["a"]', 'data-not-object'],
    ['data', 'null', 'data-not-object'],
    ['data', '5', 'data-not-object'],
    ['phone', ' 79990001122', 'phone-plus-lost'],
    ['id', '', 'id-missing'],
  ])('finds %s = %j odd: %s', (name, value, code) => {
    expect(findProblems(leadSchema, { ...lead, [name]: value })).toEqual([
      { code, severity: 'warning', path: `query.${name}`, detail: `${name} is "${value}"` },
    ]);
  });

  it.each([
    ['data', ''],
    ['created_date', ''],
    ['visit', 'seo_yandex'],
    ['phone', ''],
    ['name', ''],
  ])('takes %s = %j as it is', (name, value) => {
    expect(codesOf({ [name]: value })).toEqual([]);
  });

  it('says when the id is not there', () => {
    expect(findProblems(leadSchema, { action: 'lead' })).toMatchObject([
      { code: 'id-missing', detail: 'id is not there' },
    ]);
  });

  it('finds several oddities at once', () => {
    expect(codesOf({ data: 'x', phone: ' 7', created_date: 'x' }).toSorted()).toEqual([
      'created-date-format',
      'data-not-json',
      'phone-plus-lost',
    ]);
  });
});

describe('the schema of a message', () => {
  it('needs to know which order the message belongs to', () => {
    expect(findProblems(messageSchema, { action: 'message' })).toMatchObject([{ code: 'lead-id-missing' }]);
    expect(findProblems(messageSchema, { action: 'message', leadId: '155', message: 'x' })).toEqual([]);
  });
});
