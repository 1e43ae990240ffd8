/** One parameter of a query, name and value decoded. */
export type Parameter = readonly [name: string, value: string];

/**
 * One name or value as PHP's `urlencode` writes it: UTF-8, blank as `+`, upper-case hex, and only letters,
 * digits, `-`, `_` and `.` as they are. A lone surrogate becomes U+FFFD, for UTF-8 has no bytes for it.
 */
export function encodeComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** A query string byte for byte as PHP's `http_build_query` writes it (RFC 1738), which is what Roistat sends. */
export function encodeQuery(parameters: Iterable<Parameter>): string {
  return Array.from(parameters, ([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&');
}
