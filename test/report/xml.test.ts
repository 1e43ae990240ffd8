import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { xmlElement, xmlText } from '../../src/report/xml.ts';
import { hostileText } from '../helpers/suites.ts';

/** What XML 1.0 forbids, one code point at a time: written apart from the code that it checks. */
function replaced(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 && ![9, 10, 13].includes(code);
    return isControl || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff ? '\ufffd' : character;
  }).join('');
}

describe('xmlElement', () => {
  it('leaves out attributes without a value, and closes an empty element', () => {
    expect(xmlElement('a', { b: '1', c: undefined })).toBe('<a b="1"/>');
  });

  it('reads back whatever text, but for characters that XML forbids', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, value) => {
        const document = XmlDocument.fromString(xmlElement('a', { value }, [xmlText(text)]));
        expect(document.root.content).toBe(replaced(text));
        expect(document.root.attr('value')?.value).toBe(replaced(value));
        document.dispose();
      }),
    );
  });
});
