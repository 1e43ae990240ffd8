import { excerpt } from './excerpt.ts';
import { findJson } from './findJson.ts';

/** An HTML page, or a piece of one. */
const htmlPattern = /<(?:!doctype|html|head|body|title|div|p|br|h\d|table|script|style|span|form|!--)[\s>/]/i;

/**
 * What PHP prints when display_errors is on, as plain text or as HTML. Plain text ends with file and line, by which it
 * differs from a "Warning: …" that a handler says itself.
 */
const phpPattern =
  /(?:PHP )?(?:Warning|Notice|Deprecated|Fatal error|Parse error|Strict Standards|Recoverable fatal error)(?:<\/b>:\s|:\s[^]{0,4096}?\bon line\b)/;

/** What stands beside the JSON of an answer. */
export function nameNoise(noise: string): 'body-php-message' | 'body-html' | 'body-extra-text' {
  if (phpPattern.test(noise)) return 'body-php-message';
  return htmlPattern.test(noise) ? 'body-html' : 'body-extra-text';
}

/** Only the beginning of a text is shown; what is cut off here also bounds the work on hostile bodies. */
const readableLimit = 4096;

const entities: Record<string, string> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&amp;': '&',
};

/** Text of HTML without its tags, on one line: what a person wants to read of an error page. */
function readable(text: string): string {
  return text
    .slice(0, readableLimit)
    .replace(/<(script|style)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(lt|gt|quot|#0?39|amp);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .replace(/ (?=[:,])/g, '')
    .trim();
}

/** The readable beginning of a body or of a piece of it, in quotation marks. */
export function quote(text: string, limit = 120): string {
  return `"${excerpt(readable(text) || text.trim() || text, limit)}"`;
}

/** A message of PHP or a piece of HTML in a body, outside of its JSON, whatever the status; undefined without any. */
export function findNoise(
  body: Uint8Array,
): { readonly kind: 'PHP message' | 'HTML'; readonly text: string } | undefined {
  const text = Buffer.from(body).toString('utf8');
  const json = findJson(text);
  for (const piece of json ? [json.before, json.after] : [text]) {
    const code = nameNoise(piece);
    if (code !== 'body-extra-text') return { kind: code === 'body-html' ? 'HTML' : 'PHP message', text: quote(piece) };
  }
  return undefined;
}
