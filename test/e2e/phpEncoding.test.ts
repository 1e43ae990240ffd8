import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeQuery } from '../../src/protocol/decodeQuery.ts';
import { encodeQuery, type Parameter } from '../../src/protocol/encodeQuery.ts';
import { leadSources } from '../../src/protocol/samples.ts';
import { hasPhp } from '../helpers/needs.ts';
import { deliver, type Echo, evaluatePhp, handlersFolder, type RunningPhp, startPhp } from '../helpers/php.ts';

/** Values that encoders get wrong, by a name for the parameter. */
const nasty = {
  emoji: '👩‍👩‍👧‍👦 🇷🇺 ❤️',
  yo: 'ёЁ ЙйЩщЪъ № «ёлка» — …',
  combining: 'й e\u0301',
  double_quotes: '"Ромашка" ""',
  single_quotes: "it's ''",
  markup: '<script>alert("&amp;")</script><!-- -->',
  plus: '+7 999 000+11 + ++',
  percent: '100% %41 %zz %%',
  ampersand: 'a=1&b=2&&amp;',
  equals: '=a==b=',
  hash: '#top ##',
  rfc3986: "~*'!()[]{}@:;,/?$^`|",
  backslash: 'C:\\new\\table \\\\',
  newline: 'one\ntwo\r\nthree\n',
  tab: '\tone\ttwo\t',
  blanks: '  two  blanks  ',
  unreserved: 'a-b_c.d',
  separators: '\u2028\u2029\ufeff\u200b\u202e',
  empty: '',
  поле: 'имя поля кириллицей',
};

describe.runIf(hasPhp)('what PHP reads of a lead (needs PHP)', { concurrent: true }, () => {
  let php: RunningPhp;
  beforeAll(async () => {
    php = await startPhp(handlersFolder);
  });
  afterAll(() => php.stop());

  /** Sends a lead, and compares what PHP read of it with what the document says was sent. Returns `$_GET`. */
  async function sendAndCompare(args: readonly string[], stdin = ''): Promise<Echo['get']> {
    const { code, document } = await deliver('send-lead', `${php.url}echo-get.php`, args, stdin);
    expect(code).toBe(0);
    const { url, parameters } = document.request;
    const query = url.slice(url.indexOf('?') + 1);
    // The document shows only the beginning of the answer, so the whole of it comes from a call of our own;
    // the order id proves that the bytes of the program's call were the same.
    expect(document.orderId).toBe(createHash('md5').update(query).digest('hex'));
    const echo = (await (await fetch(url)).json()) as Echo;
    expect(echo.get).toEqual(parameters);
    expect(echo.query).toBe(query);
    expect(echo.rebuilt).toBe(query);
    return echo.get;
  }

  test.each(leadSources)(
    'a lead of the source %s arrives byte for byte as http_build_query writes it',
    async (source) => {
      const get = await sendAndCompare(['--source', source, '--seed', '7']);
      expect(get).toMatchObject({ action: 'lead', created_date: '2026-01-01 09:00:07' });
    },
  );

  test('values with emoji, quotes, markup and the reserved characters arrive as they were given', async () => {
    const fields = Object.entries(nasty).flatMap(([name, value]) => ['--field', `${name}=${value}`]);
    expect(await sendAndCompare(['--seed', '7', ...fields])).toMatchObject(nasty);
  });

  test('a text with every control character, NUL included, arrives whole', async () => {
    const text = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join('|');
    expect(await sendAndCompare(['--seed', '7', '--text', '-'], text)).toMatchObject({ text });
  });

  test('7 KiB of Cyrillic text arrive whole', async () => {
    const text = 'Съешь же ещё этих мягких французских булок.\n'.repeat(91) + 'Конец.';
    expect(Buffer.byteLength(text)).toBeGreaterThan(7 * 1024);
    expect(await sendAndCompare(['--seed', '7', '--text', '-'], text)).toMatchObject({ text });
  });
});

/** Text with many of the characters that encoders treat apart, and text of all of Unicode. */
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('abZ09-_.~*\'!()[]+%&=#?/:;@$, "\\\n\t\0ёЯ№€😀')) }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);
const anyParameters = fc.uniqueArray(fc.tuple(anyText, anyText), { selector: ([name]) => name, maxLength: 3 });

/** Pieces of hostile queries, one byte a character. Without `[`, which makes arrays in PHP. */
const queryPiece = fc.oneof(
  fc.constantFrom(...'a b A 1 + % & = . _ ; /'.split(' ')),
  fc.constantFrom(...'%% %4 %g1 %1g %41 %20 %2e %2E %5f %00 %0A %26 %3D %2B %25 %2541'.split(' ')),
  fc.constantFrom(...'\xc3\xa9 %C3%A9 %c3\xa9 \xc3 \xa9 +a= &a= &1= &+ &='.split(' ')),
);
const hostileQuery = fc.array(queryPiece, { maxLength: 30 }).map((pieces) => pieces.join(''));

/** What `parse_str` makes of each query, or undefined where that is not UTF-8. */
function parseWithPhp(queries: readonly string[]): Array<Record<string, string> | undefined> {
  // Base64, for JSON has no bytes.
  const code = `foreach ($input as $query) {
    parse_str(base64_decode($query), $get);
    $pairs = [];
    foreach ($get as $name => $value) $pairs[] = [base64_encode($name), base64_encode($value)];
    $output[] = $pairs;
  }`;
  const encoded = queries.map((query) => Buffer.from(query, 'latin1').toString('base64'));
  const answers = evaluatePhp(code, encoded) as Array<Array<[string, string]>>;
  return answers.map((pairs) => {
    const texts = pairs.map((pair) => pair.map((text) => Buffer.from(text, 'base64')));
    if (!texts.flat().every((text) => isUtf8(text))) return undefined;
    return Object.fromEntries(texts.map((pair) => pair.map(String) as [string, string]));
  });
}

describe.runIf(hasPhp)('our reading and writing of queries beside that of PHP (needs PHP)', () => {
  test('encodeQuery writes arbitrary names and values as http_build_query does', () => {
    const lists: Parameter[][] = fc.sample(anyParameters, 2000);
    const code = `foreach ($input as $pairs) $output[] = http_build_query(array_column($pairs, 1, 0));`;
    const expected = evaluatePhp(code, lists) as string[];
    expect(expected).toHaveLength(lists.length);
    const differing = lists.flatMap((parameters, index) => {
      const [ours, theirs] = [encodeQuery(parameters), expected[index]];
      return ours === theirs ? [] : [{ parameters, ours, theirs }];
    });
    expect(differing.slice(0, 3)).toEqual([]);
  });

  test('decodeQuery reads hostile flat queries as parse_str does', () => {
    const queries = fc.sample(hostileQuery, 4000);
    const expected = parseWithPhp(queries);
    expect(expected).toHaveLength(queries.length);
    const comparable = queries.flatMap((query, index) => {
      const theirs = expected[index];
      return theirs === undefined ? [] : [{ query, theirs }];
    });
    expect(comparable.length).toBeGreaterThan(1000);
    const differing = comparable.flatMap(({ query, theirs }) => {
      const ours = { ...decodeQuery(query).parameters };
      return isDeepStrictEqual(ours, theirs) ? [] : [{ query, ours, theirs }];
    });
    expect(differing.slice(0, 3)).toEqual([]);
  });

  test.each([
    ['a piece without a name', '=1&+=2&&%20=3&%00=4&a=5'],
    ['a NUL in a name, which ends it', 'a%00b=1&b%00%0Ac=2&%00a=3'],
    ['a NUL in a value, which stays', 'a=%00b%00'],
    ['the last of duplicates, however they are spelled', 'a.b=1&a_b=2&a+b=3&%61%2eb=4'],
    ['names that look like numbers', '1=a&01=b&-1=c&1.5=d&9223372036854775808=e'],
    ['names that objects have by nature', '__proto__=1&constructor=2&toString=3&hasOwnProperty=4'],
    ['a percent at the very end', 'a=%&b=%4&%=c&%4=d'],
    ['an equals sign in a value', 'a==b=&b=%3D'],
    ['blanks around a name', '++a++=1&%20b=2'],
    ['a UTF-8 name before a NUL and bytes of another encoding', '%C3%A9%00%C3%C3%C3%C3%C3%C3=1'],
  ])('decodeQuery and parse_str agree on %s', (_, query) => {
    const [theirs] = parseWithPhp([query]);
    expect(Object.entries(decodeQuery(query).parameters)).toEqual(Object.entries(theirs ?? {}));
  });
});
