import { describe, expect, it } from 'vitest';
import { displayWidth, padWidth, toWidth } from '../../src/report/displayWidth.ts';
import { logReporters } from '../../src/report/logReporters.ts';
import { makeStyle } from '../../src/report/style.ts';
import { sampleRecord } from '../helpers/samples.ts';

describe('the width of a text on a terminal', () => {
  it.each([
    ['Иван', 'Иван  '],
    ['日本', '日本  '],
    ['日本語', '日本語'],
    ['日本語x', '日本… '],
    ['👍🏽a', '👍🏽a   '],
    ['👨‍👩‍👧a', '👨‍👩‍👧a   '],
    ['한', '한    '],
    ['ｆ', 'ｆ    '],
    ['e\u0301', 'e\u0301     '],
    ['abcdefg', 'abcde…'],
    ['', '      '],
  ])('%j', (text, expected) => {
    expect(toWidth(text, 6)).toBe(expected);
  });

  it('keeps the columns of a table under each other', () => {
    const style = makeStyle({ colourLevel: 0, columns: 80, showPii: true });
    const { record: rowOf } = logReporters.table(style, ['name', 'id'], true);
    const row = (name: string): string => rowOf(sampleRecord({ parameters: { name, id: '90' } }));
    const place = row('a').indexOf('90');
    expect(row('日本語').indexOf('90')).toBe(place - 3);
    expect(row('日'.repeat(99)).replaceAll('日', '日 ').indexOf('90')).toBe(place);
  });

  it.each([
    ['Иван', 4],
    ['日本', 4],
    ['👍🏽a', 3],
    ['e\u0301', 1],
    ['', 0],
  ])('is measured, and filled up: %j', (text, width) => {
    expect(displayWidth(text)).toBe(width);
    expect(padWidth(text, 6)).toBe(text + ' '.repeat(6 - width));
    expect(padWidth(text, 0)).toBe(text);
  });
});
