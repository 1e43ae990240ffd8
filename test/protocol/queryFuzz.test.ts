import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeName, decodeQuery, decodeValue } from '../../src/protocol/decodeQuery.ts';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { problemCatalogue } from '../../src/protocol/problems.ts';
import { fuzzRuns, fuzzTime, inheritedNames } from '../helpers/fuzz.ts';
import { hostileQuery } from '../helpers/hostileQuery.ts';

/** The texts that bytes may stand for, read slowly and by other means: UTF-8, or what is taken for Windows-1251. */
function readings(encoded: string, isName: boolean): string[] {
  const decoded = encoded
    .split('+')
    .join(' ')
    .replace(/%([0-9a-f][0-9a-f])/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const bytes = Uint8Array.from(isName ? decoded.replace(/\0.*$/s, '') : decoded, (character) =>
    character.charCodeAt(0),
  );
  const texts = [new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)];
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    texts.push(new TextDecoder('windows-1251').decode(bytes));
  }
  return texts;
}

/** A name as PHP's manual has it, character by character. */
function nameInPhp(text: string): string {
  let name = text;
  while (name.startsWith(' ')) name = name.slice(1);
  const opening = name.indexOf('[');
  if (opening >= 0 && name.lastIndexOf(']') > opening) return name;
  return name.split(' ').join('_').split('.').join('_').split('[').join('_');
}

const isBroken = (encoded: string): boolean => /%(?![0-9a-f]{2})/i.test(encoded);

/** Names and values piece by piece, each with all that it may be. */
function slowly(query: string): Array<{ names: string[]; values: string[]; broken: boolean }> {
  return query.split('&').map((piece) => {
    const [name = '', ...rest] = piece.split('=');
    const value = rest.join('=');
    return {
      names: readings(name, true).map(nameInPhp),
      values: readings(value, false),
      broken: isBroken(name) || isBroken(value),
    };
  });
}

describe('a hostile query', () => {
  it(
    'is read as a slow reader reads it: each name, the last of its values, and what is broken',
    () => {
      fc.assert(
        fc.property(hostileQuery, (query) => {
          const { parameters, oddities } = decodeQuery(query);
          const found = Object.entries(parameters);
          const expected = new Map<string, string[]>();
          const pieces = slowly(query);
          let nameless = 0;
          for (const { names, values } of pieces) {
            const [name, other] = names.filter((reading) => reading in parameters);
            // Two parameters that may each be it.
            fc.pre(other === undefined || other === name);
            // One that is not there has to be nameless.
            expect(names).toContain(name ?? '');
            if (name === undefined) nameless += 1;
            else expected.set(name, values);
          }
          expect(found.map(([name]) => name).toSorted()).toEqual([...expected.keys()].toSorted());
          for (const [name, value] of found) expect(expected.get(name)).toContain(value);
          const duplicates = oddities.filter(({ oddity }) => oddity === 'duplicate-parameter');
          expect(duplicates).toHaveLength(pieces.length - nameless - found.length);
          const named = pieces.filter(({ names }) => names.some((name) => name in parameters));
          const broken = oddities.filter(({ oddity }) => oddity === 'broken-percent');
          expect(broken).toHaveLength(named.filter((piece) => piece.broken).length);
        }),
        fuzzRuns(1000),
      );
    },
    fuzzTime(30_000),
  );

  it(
    'has values as the platform reads them, but for Windows-1251',
    () => {
      fc.assert(
        fc.property(hostileQuery, (query) => {
          const { parameters, oddities } = decodeQuery(query);
          const seen = new Map<string, string>();
          const russian = new Set(oddities.filter(({ oddity }) => oddity === 'windows-1251').map(({ name }) => name));
          for (const piece of query.split('&')) {
            const equals = piece.indexOf('=');
            const name = decodeName(equals < 0 ? piece : piece.slice(0, equals));
            // The platform takes a raw byte for a character of its own.
            seen.delete(name);
            if (name === '' || russian.has(name) || /[^\0-\x7f]/.test(piece)) continue;
            const encoded = equals < 0 ? '' : piece.slice(equals + 1);
            expect(new URLSearchParams(`v=${encoded}`).get('v')).toBe(decodeValue(encoded));
            seen.set(name, decodeValue(encoded));
          }
          for (const [name, value] of seen) expect(parameters[name]).toBe(value);
        }),
        fuzzRuns(1000),
      );
    },
    fuzzTime(30_000),
  );

  it(
    'never throws, is no longer than it came, and touches no prototype',
    () => {
      const untouched = inheritedNames();
      fc.assert(
        fc.property(hostileQuery, fc.constantFrom('/?', '?', '/a/b?x=1?', '//?', 'http://a/?', '/'), (query, path) => {
          const { parameters, problems } = parseTarget(path + query);
          for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
            expect(name in parameters).toBe(Object.hasOwn(parameters, name));
          }
          expect(Object.entries(parameters).flat().join('').length).toBeLessThanOrEqual(path.length + query.length);
          for (const { code, severity, path: place, detail } of problems) {
            expect(problemCatalogue[code].severity).toBe(severity);
            expect(place.length).toBeLessThan(60);
            expect(detail.length).toBeLessThan(120);
          }
        }),
        fuzzRuns(1000),
      );
      expect(inheritedNames()).toBe(untouched);
    },
    fuzzTime(30_000),
  );
});

describe('a query as long as is answered, and four times as long', () => {
  const fill = (bytes: number, piece: (index: number) => string): string => {
    const pieces: string[] = [];
    for (let length = 0, index = 0; length < bytes; index += 1) {
      const next = piece(index);
      pieces.push(next);
      length += next.length;
    }
    return pieces.join('');
  };

  /** The best of three, for the machine may be busy. */
  const timeOf = (target: string): number =>
    Math.min(
      ...[1, 2, 3].map(() => {
        const start = performance.now();
        parseTarget(target);
        return performance.now() - start;
      }),
    );

  it.each([
    ['nothing but separators', () => '&'],
    ['one name', () => '&a'],
    ['many names', (index: number) => `&${index.toString(36)}=`],
    ['names of a prototype', (index: number) => `&__proto__${index}=1&constructor[${index}]=2`],
    ['broken percents', () => '%'],
    ['broken percents in many values', () => '&v=%'],
    ['blanks before a name', () => '+'],
    ['open brackets', () => '['],
    ['open brackets in many names', () => '&[[['],
    ['NULs', () => '%00'],
    ['bytes that are no UTF-8', () => '%ff%41'],
    ['bytes that are no UTF-8 in many names', () => '&\xff='],
    ['cut letters in many values', () => '&v=%D0'],
    ['Windows-1251', () => '%CF'],
    ['nested data', () => '%5B'],
    ['data of one nested object', (index: number) => (index === 0 ? 'id=1&data=' : '{"a":')],
  ])('of %s takes about four times the time, not sixteen times', (_name, piece) => {
    const target = (bytes: number): string => `/?action=lead&${fill(bytes, piece)}`;
    const [short, long] = [target(64 * 1024), target(256 * 1024)];
    const problems = parseTarget(long).problems;
    expect(JSON.stringify(problems).length).toBeLessThan(20_000);
    // What takes no time at all is measured badly.
    expect(timeOf(long)).toBeLessThan(10 * timeOf(short) + 20);
  });
});
