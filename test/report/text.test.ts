import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../src/report/curlCommand.ts';
import { shellQuote } from '../../src/protocol/shellQuote.ts';
import { unsafe } from '../../src/protocol/unsafeCharacters.ts';
import { formatBytes, formatDuration, hanging, wrap } from '../../src/report/layout.ts';
import { maskPii } from '../../src/report/maskPii.ts';
import { isHarmless, printable, printableLines, safeJson } from '../../src/report/printable.ts';
import { recordLine } from '../../src/report/recordLine.ts';
import { shown as shownValue } from '../../src/report/shown.ts';
import { makeStyle } from '../../src/report/style.ts';
import { sampleRecord } from '../helpers/samples.ts';

/** What no terminal may get from the network: controls, direction marks, separators that hide text. */
const harmful = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

describe('printable', () => {
  it.each([
    ['\u001b[2J\u001b]0;title\u0007', String.raw`\u001b[2J\u001b]0;title\u0007`],
    ['\u009b31m', String.raw`\u009b31m`],
    ['a\r\nb\tc', String.raw`a\r\nb\tc`],
    ['\u202Egnp.exe', String.raw`\u202egnp.exe`],
    ['\uD800', String.raw`\ud800`],
    ['Ёлка 👨‍👩‍👧 🙂', 'Ёлка 👨‍👩‍👧 🙂'],
  ])('%j is shown as %s', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves nothing harmful, and JSON of it still reads the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(harmful);
        expect(printableLines(text).join('')).not.toMatch(harmful);
        const json = safeJson({ text });
        expect(json).not.toMatch(harmful);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe('a value on a line', () => {
  it('shows the id of a lead whole, but no phone or mailbox that stands in it', () => {
    const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });
    const lineOf = (id: string): string =>
      recordLine(sampleRecord({ action: 'lead', parameters: { action: 'lead', id } }), pipe, '');
    expect(lineOf('order-79990001122-abcdefghijklmnop')).toContain(' lead order-79990001122-abcdefghijklmnop ');
    expect(lineOf('+79990001122 ivan@mail.ru')).toContain(' lead +7999***22 i***@mail.ru ');
  });

  it('is cut without leaving half of a character, in whatever column it ends', () => {
    const style = makeStyle({ colourLevel: 0, columns: 80 });
    for (const indent of ['', ' ']) {
      for (let limit = 2; limit < 12; limit += 1) {
        const text = shownValue(indent + '🙂'.repeat(10), style, limit);
        expect(text.isWellFormed()).toBe(true);
        expect(text).toMatch(/^ ?🙂*…$/u);
      }
    }
    const record = sampleRecord({ orderId: '🙂'.repeat(100), parameters: { id: `a${'🙂'.repeat(50)}` } });
    for (let columns = 60; columns < 64; columns += 1) {
      expect(recordLine(record, { ...style, lineColumns: columns }, '').isWellFormed()).toBe(true);
    }
  });
});

describe('isHarmless', () => {
  it('holds for all characters but the unsafe ones, read from UTF-8', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const text = Buffer.from(`a${String.fromCodePoint(code)}b`).toString();
      if (isHarmless(text) !== text.search(unsafe) < 0) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});

describe('maskPii', () => {
  it.each([
    ['+79990001122', '+7999***22'],
    ['Звонок от 79990001122', 'Звонок от 7999***22'],
    ['8 (999) 000-11-22', '8999***22'],
    ['+7 999 000-11-22, ivan.petrov@mail.ru', '+7999***22, i***@mail.ru'],
    ['почта@сайт.рф', 'п***@сайт.рф'],
    ['ivan!x@mail.ru', 'i***@mail.ru'],
    ['8.999.123.45.67', '8999***67'],
    ['+7 999 123–45–67', '+7999***67'],
    ['8_999_123_45_67', '8999***67'],
    ['order 12852', 'order 12852'],
    ['', ''],
  ])('%j → %j', (text, masked) => {
    expect(maskPii(text)).toBe(masked);
  });
});

describe('maskPii of hostile text', () => {
  it('takes no time that grows with its square', () => {
    const start = performance.now();
    for (const text of ['a'.repeat(65_000), '@'.repeat(65_000), '1-'.repeat(32_000), 'a@'.repeat(32_000)])
      maskPii(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('layout', () => {
  it('breaks lines at blanks and loses no word', () => {
    expect(wrap('aa bb cc dddddd', 5)).toEqual(['aa bb', 'cc', 'dddddd']);
    expect(hanging('- ', 'one two three four five six', 24)).toBe(
      '- one two three four five\n  six'.replace(' five\n  six', '\n  five six'),
    );
    expect(wrap('', 5)).toEqual(['']);
  });

  it('writes sizes and times with their units', () => {
    expect([1, 46, 1536, 5 * 1024 * 1024].map(formatBytes)).toEqual(['1 byte', '46 bytes', '1.5 KiB', '5.0 MiB']);
    expect([0.44, 12.4, 1234].map(formatDuration)).toEqual(['0.4 ms', '12 ms', '1.2 s']);
  });
});

describe('shellQuote', () => {
  it('gives any shell back what went in, where it is safe for a terminal', () => {
    const words = fc.sample(
      fc.string({ unit: 'grapheme' }).filter((text) => text.search(unsafe) < 0),
      200,
    );
    const script = `printf '%s\\0' ${words.map((word) => shellQuote(word)).join(' ')}`;
    const words2 = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(words2).toEqual(words.map((word) => word.toWellFormed()));
  });
});

describe('curlCommand', () => {
  const token = '6512bd43d9caa6e02c990b0a82652dca';
  const request = {
    url: `http://a/?x='1'&user=&token=${token}&action=lead`,
    token,
    headers: [['Authorization', 'Basic eDp5']] as const,
    insecure: false,
    cacert: undefined,
    proxy: undefined,
  };

  it('holds no secret by default, and takes the token from the environment of the shell', () => {
    const command = curlCommand(request, false);
    expect(command).not.toContain(token);
    expect(command).not.toContain('eDp5');
    const echoed = execFileSync('sh', ['-c', command.replace(/^curl -gsSi -H \S+ \S+ /, "printf '%s' ")], {
      encoding: 'utf8',
      env: { ROISTAT_HOOK_TOKEN: token },
    });
    expect(echoed).toBe(request.url);
  });

  it('stops with a word on what to set when the token is not in the environment', () => {
    const run = (): string =>
      execFileSync('sh', ['-c', curlCommand(request, false)], { encoding: 'utf8', env: {}, stdio: 'pipe' });
    expect(run).toThrow(/set it to the token first/);
  });

  it('holds everything when secrets may be shown', () => {
    const command = curlCommand(request, true);
    expect(command).toContain(token);
    expect(command).toContain('Basic eDp5');
  });
});
