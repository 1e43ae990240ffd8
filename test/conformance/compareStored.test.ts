import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareStored, compareStoredName, compareStoredPhone } from '../../src/conformance/compareStored.ts';

const anchor = 'text-1x5k';

/** What is said of one stored text; a change always comes with advice and the text. */
function howIs(stored: string, sent: string): string {
  const state = compareStored(sent, anchor, ['79990001122', stored, 'http://site.ru/']);
  if (state.state !== 'changed') return state.state;
  const isWhole = state.advice !== '' && state.stored === stored.replace(/\r\n?/g, '\n');
  return isWhole ? state.how : 'changed, without all that there is to say';
}

const russian = `${anchor} Съешь ещё булок, Иван Щукин`;
const emoji = `${anchor} Спасибо 😀 жду 👍🏽 звонка`;
const quotes = `${anchor} O'Neil "x" C:\\temp\\new`;
const markup = `${anchor} <b>жирно</b> 2 < 3 & 5 > 4`;
const plus = `${anchor} 1+1=2, 50%25, %2B7`;
const lines = `${anchor} первая\nвторая\n\nтретья`;
const long = `${anchor} ${'Здравствуйте, сколько стоит? '.repeat(40)}`.trim();

const mojibake1251 = (text: string): string => new TextDecoder('windows-1251').decode(Buffer.from(text));

/** Known ways to spoil a text: name, what was sent, what is stored. Source: what databases and PHP make of it. */
const manglings: ReadonlyArray<readonly [how: string, sent: string, stored: string]> = [
  ['is decoded twice', plus, `${anchor} 1 1=2, 50%, +7`],
  ['lost its "+"', plus, `${anchor} 1 1=2, 50%25, %2B7`],
  ['lost its "+"', plus, `${anchor} 11=2, 50%25, %2B7`],
  ['is UTF-8 that was read as Windows-1251', russian, mojibake1251(russian)],
  ['is UTF-8 that was read as Windows-1251', russian, mojibake1251(russian).replaceAll('\u0098', '?')],
  ['is UTF-8 that was read as Windows-1251', russian, mojibake1251(russian).replaceAll('\u0098', '')],
  ['is UTF-8 that was read as Latin-1', russian, Buffer.from(russian).toString('latin1')],
  ['is UTF-8 that was read as Latin-1', `${anchor} Привет`, `${anchor} ÐŸÑ€Ð¸Ð²ÐµÑ‚`],
  ['has "?" in place of its emoji', emoji, `${anchor} Спасибо ? жду ?? звонка`],
  ['has "?" in place of its emoji', emoji, `${anchor} Спасибо ???? жду ???????? звонка`],
  ['has "?" in place of its emoji', emoji, `${anchor} Спасибо \uFFFD жду \uFFFD\uFFFD звонка`],
  ['lost its emoji', emoji, `${anchor} Спасибо  жду  звонка`],
  ['has "?" in place of its letters', russian, `${anchor} ????? ??? ?????, ???? ??????`],
  ['lost all that is not ASCII', russian, `${anchor}   ,  `],
  ['lost all that is not ASCII', russian, `Comment: ${anchor} ,`],
  ['has е in place of ё', russian, russian.replaceAll('ё', 'е')],
  ['is stored as JSON escapes (\\u0444)', `${anchor} Ёж "1"`, `${anchor} \\u0401\\u0436 \\"1\\"`],
  ['is stored as JSON escapes (\\u0444)', `${anchor} 😀 x`, `${anchor} \\ud83d\\ude00 x`],
  ['is escaped for HTML', markup, `${anchor} &lt;b&gt;жирно&lt;/b&gt; 2 &lt; 3 &amp; 5 &gt; 4`],
  ['is escaped for HTML', quotes, `${anchor} O&#039;Neil &quot;x&quot; C:\\temp\\new`],
  [
    'is escaped for HTML twice',
    markup,
    `${anchor} &amp;lt;b&amp;gt;жирно&amp;lt;/b&amp;gt; 2 &amp;lt; 3 &amp;amp; 5 &amp;gt; 4`,
  ],
  ['lost its markup', markup, `${anchor} жирно 2 < 3 & 5 > 4`],
  ['has backslashes added', quotes, `${anchor} O\\'Neil \\"x\\" C:\\\\temp\\\\new`],
  ['lost its backslashes', quotes, `${anchor} O'Neil "x" C:tempnew`],
  ['lost its line breaks', lines, `${anchor} первая вторая  третья`],
  ['lost its line breaks', lines, `${anchor} первая вторая третья`],
  ['lost its line breaks', lines, `${anchor} перваявтораятретья`],
  ['lost its line breaks', lines, `${anchor} первая<br />вторая<br /><br />третья`],
  ['lost its line breaks', lines, `${anchor} первая<br>\nвторая<br>\n<br>\nтретья`],
  ['lost its line breaks', lines, `${anchor} первая\\nвторая\\n\\nтретья`],
  [`is cut after 255 of ${long.length} characters`, long, long.slice(0, 255)],
  [`is cut after 255 of ${long.length} characters`, long, `${long.slice(0, 255)}...`],
  [`is cut after 255 of ${long.length} characters`, long, `${long.slice(0, 255)}\uFFFD`],
  [`is cut after 17 of ${emoji.length} characters`, emoji, `${anchor} Спасибо `],
  ['is changed', russian, `${anchor} S''esh' eshche bulok, Ivan Shchukin`],
  ['is changed', russian, `${anchor} СЪЕШЬ ЕЩЁ БУЛОК, ИВАН ЩУКИН`],
  ['absent', russian, 'nothing of it'],
  ['intact', russian, russian],
  ['intact', lines, lines.replaceAll('\n', '\r\n')],
];

const hostilePieces = [
  ...Array.from(`\\&;<>%?"'+\0\n ёя`),
  '%E0%A4%A',
  '&#39',
  '&amp;',
  '\uD83D',
  '\uDE00',
  '\uFFFD',
  anchor,
];

describe('compareStored', () => {
  test.each(manglings)('"%s" is what it says of a text that is', (how, sent, stored) => {
    expect(howIs(stored, sent)).toBe(how);
  });

  // Other parts of the comment that the text is stored in.
  test.each(manglings.filter(([how]) => !/cut|ASCII|intact|absent/.test(how)))(
    '"%s" is what it says with other text around',
    (how, sent, stored) => {
      expect(howIs(`Visit 12852\n${stored}\nhttp://site.ru/`, sent)).toBe(how);
    },
  );

  test('a cut before an emoji is blamed on the charset, another one on the column', () => {
    const advices = [
      [emoji, `${anchor} Спасибо`],
      [long, long.slice(0, 255)],
    ].map(([sent = '', stored = '']) => compareStored(sent, anchor, [stored]));
    expect(advices).toMatchObject([{ advice: /utf8mb4/ }, { advice: /TEXT instead of VARCHAR/ }].map(matching));
  });

  test('any text that is stored as it is, is intact, whatever stands around it and beside it', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(text, text, text, fc.array(text), (sent, before, after, others) => {
        const value = `${anchor} ${sent.replace(/\r\n?/g, '\n')}`;
        const stored = [...others, `${before}\n${value}\n${after}`];
        expect(compareStored(value, anchor, stored)).toEqual({ state: 'intact' });
      }),
    );
  });

  test('hostile stored texts never make it throw', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...hostilePieces)).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(hostile, fc.array(hostile), (sent, stored) => {
        const { state } = compareStored(`${anchor} ${sent}`, anchor, stored.concat(`${anchor}${stored.join('')}`));
        expect(['intact', 'changed', 'absent']).toContain(state);
        expect(() => compareStoredPhone(sent, stored)).not.toThrow();
      }),
    );
  });

  // A quadratic search through one of these takes minutes.
  const mebibyte = 1024 * 1024;
  test.each([
    '&amp;',
    '\\"',
    '<b>',
    '%2B',
    '?',
    '????? ',
    `${anchor} ?`,
    `${anchor} `,
    '\uFFFD',
    ' ',
    '\n',
    'а',
    '😀',
    '+',
  ])('goes through 1 MiB of %j without delay', (unit) => {
    const stored = unit.repeat(mebibyte / unit.length);
    const start = performance.now();
    for (const sent of [emoji, quotes, plus, lines, long]) compareStored(sent, anchor, [stored]);
    compareStoredPhone('+7 999 000-11-22', [stored]);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

const matching = ({ advice }: { readonly advice: RegExp }): { readonly advice: unknown } => ({
  advice: expect.stringMatching(advice),
});

describe('compareStoredName', () => {
  const sent = `${anchor} Иван Щукин`;

  test('takes a name for intact that is stored in parts', () => {
    expect(compareStoredName(sent, anchor, ['Щукин', `${anchor} Иван`])).toEqual({ state: 'intact' });
  });

  test('names what became of one whose parts are not all there', () => {
    expect(compareStoredName(sent, anchor, [anchor, '????'])).toMatchObject({ state: 'changed' });
    expect(compareStoredName(sent, anchor, ['Иван', 'Щукин'])).toEqual({ state: 'absent' });
  });
});

describe('compareStoredPhone', () => {
  test('is content with one right phone beside another form of it, in either order', () => {
    for (const stored of [
      ['79990001122', '+7 (999) 000-11-22'],
      ['+79990001122', '9990001122'],
    ]) {
      expect(compareStoredPhone('+7 999 000-11-22', stored)).toEqual({ state: 'intact' });
    }
  });

  test.each([
    ['intact', '+7 999 000-11-22'],
    ['intact', '+79990001122'],
    ['intact', '+7 (999) 000.11.22'],
    ['intact', 'Phone: +7 999 000-11-22, mobile'],
    ['changed', '79990001122'],
    ['changed', ' 7 999 000-11-22'],
    ['changed', '7 (999) 000-11-22'],
    ['absent', '89990001122'],
    ['absent', '+7 999 000-11-23'],
  ])('%s: %s', (state, stored) => {
    expect(compareStoredPhone('+7 999 000-11-22', ['x', stored])).toMatchObject({ state });
  });
});
