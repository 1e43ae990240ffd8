import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvDialects, csvRow } from '../../src/report/csv.ts';
import { hasPython } from '../helpers/needs.ts';

const row = (...cells: readonly string[]): string => csvRow(cells, csvDialects.standard);

/** Rows as Python's csv module reads them. */
function parse(text: string, separator: string): unknown {
  const script = [
    'import csv, io, json, sys',
    'text = sys.stdin.buffer.read().decode("utf-8")',
    'print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), delimiter=sys.argv[1], strict=True))))',
  ].join('\n');
  const { stdout, stderr } = spawnSync('python3', ['-c', script, separator], { input: text, encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('a row of CSV', () => {
  it('is parted by commas and ends with CRLF; what needs quotes has them', () => {
    expect(row('a', '', 'б;в', 'c,d', 'e"f', 'g\nh')).toBe('a,,б;в,"c,d","e""f","g\nh"\r\n');
    expect(csvRow(['a', 'б;в', 'c,d'], csvDialects.excel)).toBe('a;"б;в";c,d\r\n');
    expect(row('')).toBe('""\r\n');
  });

  it.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1',
    '＠A1',
    '-1*2',
    '  =1+1',
    '\u00a0=1',
    '+7 (999) 000',
    '-',
    '+7*',
    '=-1',
  ])('has an apostrophe before what a spreadsheet could run: %j', (text) => {
    expect(row(text).replaceAll('"', '')).toBe(`'${text}\r\n`);
  });

  it.each(['+79990001122', '+7999***22', '-5', '7=7', "'=1", 'a@b'])('leaves as it is: %j', (text) => {
    expect(row(text)).toBe(`${text}\r\n`);
  });
});

describe.runIf(hasPython)('CSV read by Python (needs python3)', () => {
  it.each([csvDialects.standard, csvDialects.excel])('gives back every cell, guarded ones as such: %j', (dialect) => {
    const piece = fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '"',
      ',',
      ';',
      "'",
      ' ',
      '7',
      'Я',
      '🙂',
      '\ufeff',
    );
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(piece).map((all) => all.join('')),
    );
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(table, (rows) => {
        const parsed = parse(rows.map((cells) => csvRow(cells, dialect)).join(''), dialect.separator) as string[][];
        const unguarded = parsed.map((cells, y) =>
          cells.map((text, x) => (text === `'${rows[y]?.[x]}` ? text.slice(1) : text)),
        );
        expect(unguarded).toEqual(rows);
        const formulas = parsed.flat().filter((text) => /^[=+\-@\t\r]/.test(text));
        expect(formulas.filter((text) => !/^[+-][\d*]*\d$/.test(text))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
