import fc from 'fast-check';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { fenced, htmlText, inlineCode, prose, tableCode, tableRow } from '../../../src/report/check/markdown.ts';
import { printable, printableLines } from '../../../src/report/printable.ts';
import { hostileText } from '../../helpers/suites.ts';

const render = (markdown: string): string =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });

/** Text of the only element that stands at the path; throws when something stands beside it. */
function only(html: string, path: string): string {
  const document = XmlDocument.fromString(`<page>${html.replace(/[\ufffe\uffff]/g, '')}</page>`);
  try {
    expect(
      document.root
        .find('.//*')
        .map((element) => (element as XmlElement).name)
        .join('/'),
    ).toBe(path);
    return document.root.content;
  } finally {
    document.dispose();
  }
}

const oneLine = hostileText
  .map((text) => printable(text).replace(/[\ufffe\uffff]/g, ''))
  .filter((text) => !/^ *$/.test(text));

describe('text of others in Markdown', () => {
  it('is code on one line', () => {
    fc.assert(
      fc.property(oneLine, (text) => {
        expect(only(render(`a ${inlineCode(text)} b`), 'p/code')).toBe(`a ${text} b`);
      }),
      { numRuns: 300 },
    );
  });

  it('is code even when there is none', () => {
    expect(only(render(`a ${inlineCode('')} b`), 'p/code')).toMatch(/^a +b$/);
  });

  it('is a block of code of the same lines', () => {
    const lines = hostileText.map((text) =>
      printableLines(text)
        .join('\n')
        .replace(/[\ufffe\uffff]/g, ''),
    );
    const several = fc.array(fc.oneof(lines, fc.constantFrom('```', '~~~', '````', '')), { minLength: 1 });
    fc.assert(
      fc.property(several, (texts) => {
        const text = texts.join('\n');
        expect(only(render(fenced(text, 'sh')), 'pre/code')).toBe(`${text}\n`);
      }),
      { numRuns: 300 },
    );
  });

  it('stays in its cell of a table', () => {
    fc.assert(
      fc.property(oneLine, (text) => {
        const table = [tableRow(['a', 'b']), tableRow(['-', '-']), tableRow([tableCode(text), 'end'])].join('\n');
        const cells = render(table)
          .replace(/^.*<tbody>/s, '<tbody>')
          .replace('</table>', '');
        expect(only(cells, 'tbody/tr/td/code/td').replaceAll('\n', '')).toBe(`${text.replaceAll('|', '¦')}end`);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sentences of ours in Markdown', () => {
  it.each(['a "status":"ok", {"a":[1]}', 'md5(user + password) *x* _y_ `z` ~~q~~ <b> &amp; a|b #c \\ [d](e)'])(
    'are shown as they are: %s',
    (sentence) => {
      expect(only(render(prose(sentence)), 'p')).toBe(sentence);
      expect(only(`<p>${htmlText(sentence)}</p>`, 'p')).toBe(sentence);
    },
  );
});
