/** What XML 1.0 forbids, even as a reference: most controls, halves of surrogate pairs, U+FFFE and U+FFFF. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string, characters: RegExp): string {
  return text
    .replace(forbidden, '\ufffd')
    .replace(characters, (character) => references[character] ?? `&#${character.charCodeAt(0)};`);
}

/**
 * A text as it may stand inside of an element of an XML 1.0 document. A parser reads the same text back, but for
 * forbidden characters, which become U+FFFD.
 */
export function xmlText(text: string): string {
  // Of "\r" as it is a parser would make "\n".
  return escaped(text, /[&<>\r]/g);
}

/** The same for an attribute in double quotes, where a parser would make blanks of tabs and line breaks. */
function xmlAttribute(text: string): string {
  return escaped(text, /[&<>"\t\r\n]/g);
}

/** An element with its attributes, those that are undefined left out. Children are XML already. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly string[] = [],
): string {
  const pairs = Object.entries(attributes).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const start = [name, ...pairs.map(([key, value]) => `${key}="${xmlAttribute(value)}"`)].join(' ');
  return children.length === 0 ? `<${start}/>` : `<${start}>${children.join('')}</${name}>`;
}
