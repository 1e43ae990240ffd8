/** One parameter of a query, name and value decoded. */
export type Parameter = readonly [name: string, value: string];

/** Any text, the slow way. A lone surrogate becomes U+FFFD, for UTF-8 has no bytes for it. */
function encodeRare(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** What the characters below U+0800 become, Cyrillic ones among them; filled with those that are met. */
const known = Array.from<string | undefined>({ length: 0x800 });

/**
 * One name or value as PHP's `urlencode` writes it: UTF-8, blank as `+`, upper-case hex, and only letters,
 * digits, `-`, `_` and `.` as they are.
 */
export function encodeComponent(text: string): string {
  if (/^[\w.-]*$/.test(text)) return text;
  let encoded = '';
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= known.length) return encodeRare(text);
    encoded += known[code] ??= encodeRare(text.charAt(index));
  }
  return encoded;
}

/** A query string byte for byte as PHP's `http_build_query` writes it (RFC 1738), which is what Roistat sends. */
export function encodeQuery(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&');
}
