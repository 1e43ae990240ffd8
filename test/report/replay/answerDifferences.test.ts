import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerDifferences } from '../../../src/report/replay/answerDifferences.ts';

const compare = (recorded: string, now: string, statuses: [number, number] = [200, 200]) =>
  answerDifferences({ status: statuses[0], body: recorded }, { status: statuses[1], body: Buffer.from(now) });

describe('the differences of two answers', () => {
  it('are none for the same bytes, and for the same JSON written in another way', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(compare(JSON.stringify(value), JSON.stringify(value, null, 2))).toEqual([]);
      }),
    );
    expect(compare('{"a":1,"b":2}', '{"b":2,"a":1}')).toEqual([]);
    expect(compare('{"a":1.0,"b":["\\u0041\\/",1e2]}', '{"b":["A/",100],\n"a":1}')).toEqual([]);
    expect(compare('oops', 'oops')).toEqual([]);
  });

  it.each([
    ['{"order_id":"order-90"}', '{"order_id":"12345"}', [['body.order_id', '"order-90"', '"12345"']]],
    ['{"order_id":"1"}', '{"order_id":1}', [['body.order_id', '"1"', '1']]],
    [
      '{"a":{"b":[1,2]}}',
      '{"a":{"b":[1,3,4]}}',
      [
        ['body.a.b.1', '2', '3'],
        ['body.a.b.2', undefined, '4'],
      ],
    ],
    ['{"a":1}', '{}', [['body.a', '1', undefined]]],
    ['{"a":null}', '{}', [['body.a', 'null', undefined]]],
    ['{"a":[]}', '{"a":{}}', [['body.a', '[]', '{}']]],
    ['1', '"1"', [['body', '1', '"1"']]],
    ['{"__proto__":1}', '{}', [['body.__proto__', '1', undefined]]],
    ['oops', '{"a":1}', [['body', '"oops"', String.raw`"{\"a\":1}"`]]],
    ['same text, one', 'same text, two', [['body', '"same text, one"', '"same text, two"']]],
  ])('%s and %s', (recorded, now, expected) => {
    const found = compare(recorded, now).map(({ path, recorded: one, now: other }) => [path, one, other]);
    expect(found).toEqual(expected);
  });

  it.each([
    ['{"order_id":9007199254740992}', '{"order_id":9007199254740993}'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"a":1,"a":2}', '{"a":3,"a":2}'],
  ])('are the texts themselves where parsing loses them: %s and %s', (recorded, now) => {
    expect(compare(recorded, now)).toEqual([
      { path: 'body', recorded: JSON.stringify(recorded), now: JSON.stringify(now) },
    ]);
    expect(compare(recorded, recorded.replaceAll(':', ' : '))).toEqual([]);
  });

  it('show the place in long texts', () => {
    const [difference] = compare(JSON.stringify(`${'x'.repeat(1000)}a`), JSON.stringify(`${'x'.repeat(1000)}b`));
    expect(difference?.recorded).toMatch(/^"…x+a"$/);
    expect(difference?.now).toMatch(/^"…x+b"$/);
  });

  it('have the status', () => {
    expect(compare('', '', [200, 500])).toEqual([{ path: 'status', recorded: '200', now: '500' }]);
  });

  it('read a recorded body of bytes, and compare only what was kept of one that was cut', () => {
    const body = Buffer.from([0xff, 0x41]).toString('base64');
    const bytes = { status: 200, body, encoding: 'base64' as const };
    expect(answerDifferences(bytes, { status: 200, body: Buffer.from([0xff, 0x41]) })).toEqual([]);
    const cut = { status: 200, body: 'abc', truncated: true };
    expect(answerDifferences(cut, { status: 200, body: Buffer.from('abcdef') })).toEqual([]);
    expect(answerDifferences(cut, { status: 200, body: Buffer.from('abXdef') })).toHaveLength(1);
  });

  it('end somewhere, however much differs and however deep', () => {
    const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`k${index}`, index]));
    expect(compare(JSON.stringify(wide), '{}')).toHaveLength(50);
    const deep = (end: string): string => `${'['.repeat(5000)}${end}${']'.repeat(5000)}`;
    expect(compare(deep('1'), deep('2')).length).toBeLessThanOrEqual(1);
  });
});
