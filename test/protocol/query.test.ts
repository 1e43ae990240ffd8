import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeQuery } from '../../src/protocol/decodeQuery.ts';
import { encodeQuery, type Parameter } from '../../src/protocol/encodeQuery.ts';
import { encodeWindows1251 } from '../../src/protocol/windows1251.ts';

const percent = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

describe('encodeQuery', () => {
  it.each([
    ['a blank', ' ', '+'],
    ['a plus', '+79990001122', '%2B79990001122'],
    ['a colon', '09:12:54', '09%3A12%3A54'],
    ['what RFC 3986 leaves and PHP does not', "~*'()!", '%7E%2A%27%28%29%21'],
    ['what PHP leaves', 'aZ09-_.', 'aZ09-_.'],
    ['Cyrillic', 'Ёж', '%D0%81%D0%B6'],
    ['an emoji', '🙂', '%F0%9F%99%82'],
    ['JSON', '{"page":"http://site.ru/"}', '%7B%22page%22%3A%22http%3A%2F%2Fsite.ru%2F%22%7D'],
    ['lines', 'a\r\nb', 'a%0D%0Ab'],
    ['a lone surrogate', '\uD800', '%EF%BF%BD'],
    ['nothing', '', ''],
  ])('writes %s as PHP does', (_name, value, encoded) => {
    expect(encodeQuery([['v', value]])).toBe(`v=${encoded}`);
  });

  it('encodes names, too, and keeps the order', () => {
    expect(
      encodeQuery([
        ['b[0]', '1'],
        ['a b', '2'],
      ]),
    ).toBe('b%5B0%5D=1&a+b=2');
  });

  it('writes the same the fast way as encodeURIComponent and the marks that PHP escapes, too', () => {
    const slow = (text: string): string =>
      encodeURIComponent(text.toWellFormed())
        .replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll('%20', '+');
    const short = fc.string({ unit: 'binary' });
    const cyrillic = fc.string({ unit: fc.integer({ min: 0, max: 0x7ff }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(fc.oneof(short, cyrillic), fc.nat(3000), (text, times) => {
        for (const value of [text, text.repeat(times)]) expect(encodeQuery([['v', value]])).toBe(`v=${slow(value)}`);
      }),
    );
  });

  it('is read back the same, whatever the values', () => {
    const name = fc.stringMatching(/^[A-Za-z_][\w-]*$/);
    const pairs = fc.uniqueArray(fc.tuple(name, fc.string({ unit: 'binary' })), { selector: ([key]) => key });
    fc.assert(
      fc.property(pairs, (parameters: Parameter[]) => {
        const decoded = decodeQuery(encodeQuery(parameters));
        const expected = parameters.map(([key, value]) => [key, value.toWellFormed()]);
        expect(decoded.parameters).toEqual(Object.assign(Object.create(null), Object.fromEntries(expected)));
        expect(decoded.oddities).toEqual([]);
      }),
    );
  });
});

/** Names that an object has without any of its own. */
function inherited(parameters: object): PropertyKey[] {
  const parent: unknown = Object.getPrototypeOf(parameters);
  return parent === null ? [] : [...Reflect.ownKeys(parent as object), ...inherited(parent as object)];
}

describe('decodeQuery of a value without a fault', () => {
  it('reads the same whether the platform reads it or, after a fault before it, we do byte by byte', () => {
    const piece = fc.oneof(
      fc.constantFrom('%', '%D0%9F', '%D0', '%EF%BF%BD', '%ED%A0%80', '%C0%80', '%00', '+', '%2B', 'a', '=', '\xff'),
      fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const query = `v=${pieces.join('')}`;
        expect(decodeQuery(query).parameters['v']).toBe(decodeQuery(`w=%&${query}`).parameters['v']);
        const ofV = decodeQuery(`w=%&${query}`).oddities.filter(({ name }) => name === 'v');
        expect(decodeQuery(query).oddities).toEqual(ofV);
      }),
    );
  });
});

describe('decodeQuery', () => {
  const valueOf = (query: string): string | undefined => decodeQuery(query).parameters['v'];
  const odditiesOf = (query: string): string[] => decodeQuery(query).oddities.map(({ oddity }) => oddity);

  it.each([
    ['a plus as a blank', 'v=a+b', 'a b', []],
    ['lower-case hex', 'v=%d0%bf', 'п', []],
    ['a broken percent literally', 'v=100%&x=1', '100%', ['broken-percent']],
    ['a percent with one digit literally', 'v=%4', '%4', ['broken-percent']],
    ['a percent with no hex literally', 'v=%zz', '%zz', ['broken-percent']],
    ['the last duplicate', 'v=1&v=2', '2', ['duplicate-parameter']],
    ['a name without =', 'v', '', []],
    ['further = as part of the value', 'v=a=b', 'a=b', []],
    ['an encoded name', '%76=1', '1', []],
    ['a name after blanks', '+%20v=1', '1', []],
    ['a name up to its NUL', 'v%00x=1', '1', []],
    ['raw UTF-8 bytes', `v=${Buffer.from('п').toString('latin1')}`, 'п', []],
    ['an empty query', '', undefined, []],
    ['stray ampersands', '&&v=1&', '1', []],
    ['a piece without a name', '=1', undefined, []],
    ['cut UTF-8 with a replacement character', 'v=%D0%9F%D1%80%D0', 'Пр\uFFFD', ['invalid-utf8']],
  ])('reads %s', (_name, query, value, oddities) => {
    expect(valueOf(query)).toBe(value);
    expect(odditiesOf(query)).toEqual(oddities);
  });

  it('turns dots and blanks in names into underscores, as PHP does', () => {
    expect(decodeQuery('a.b+c=1').parameters).toEqual({ a_b_c: '1' });
  });

  it('keeps a name with a bracket flat and says so', () => {
    expect(decodeQuery('a[b.c]=1').parameters).toEqual({ 'a[b.c]': '1' });
    expect(odditiesOf('a[b.c]=1')).toEqual(['array-parameter']);
  });

  it('recognises percent-encoded Windows-1251', () => {
    const bytes = encodeWindows1251('Заявка № 5 – «Ёлка»') ?? new Uint8Array();
    expect(valueOf(`v=${percent(bytes)}`)).toBe('Заявка № 5 – «Ёлка»');
    expect(odditiesOf(`v=${percent(bytes)}`)).toEqual(['windows-1251']);
  });

  it('decodes Windows-1251 of any Russian words that are not UTF-8 by chance', () => {
    const words = fc.stringMatching(/^[а-яА-Я]{2,12}( [а-яА-Я]{2,12}){0,4}$/);
    fc.assert(
      fc.property(words, (text) => {
        expect(valueOf(`v=${percent(encodeWindows1251(text) ?? new Uint8Array())}`)).toBe(text);
      }),
    );
  });

  it('reports cut UTF-8 as such, not as Windows-1251', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[а-яё][а-яё ]{5,39}[а-яё]$/), (text) => {
        const cut = Buffer.from(text).subarray(0, -1);
        expect(odditiesOf(`v=${percent(cut)}`)).toEqual(['invalid-utf8']);
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('takes %s for a name like any other', (name) => {
    const { parameters, oddities } = decodeQuery(`${name}=1`);
    expect(Object.entries(parameters)).toEqual([[name, '1']]);
    expect(oddities).toEqual([]);
  });

  it('never throws and never touches a prototype', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) }),
        (query) => {
          expect(inherited(decodeQuery(query).parameters)).toEqual([]);
        },
      ),
    );
  });
});
