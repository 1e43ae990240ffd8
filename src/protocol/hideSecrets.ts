import { type HeaderPairs } from './endToEndHeaders.ts';
import { isSecretHeader, mask, shortestSecret } from './maskToken.ts';

/** A text without the secret, also where an excerpt ends within it, after at least so many of its characters. */
function hideSecret(text: string, secret: string, shortestPart: number): string {
  const lower = secret.toLowerCase();
  // In any case of letters, for a handler may show it in upper case.
  const hidden = text.replace(new RegExp(lower.replace(/[^\w]/g, String.raw`\$&`), 'gi'), mask);
  const end = hidden.lastIndexOf('…');
  for (let length = Math.min(secret.length - 1, end); length >= shortestPart; length -= 1) {
    if (hidden.slice(end - length, end).toLowerCase() === lower.slice(0, length)) {
      return `${hidden.slice(0, end - length)}${mask}${hidden.slice(end)}`;
    }
  }
  return hidden;
}

/**
 * Takes secrets out of texts, whole ones and parts of at least so many characters at the end of an excerpt. Of those
 * that are looked for at all the first `most` count.
 */
export function hiderOf(secrets: readonly string[], shortestPart: number, most?: number): (text: string) => string {
  const long = [...new Set(secrets.filter((secret) => secret.length >= shortestSecret))].slice(0, most);
  return (text) => long.reduce((hidden, secret) => hideSecret(hidden, secret, shortestPart), text);
}

/** The password in the value of an Authorization header, as a handler is given it; none when it has none. */
function basicPassword(value: string): string[] {
  const [, pair] = /^basic +(\S+)/i.exec(value) ?? [];
  return pair === undefined
    ? []
    : [
        Buffer.from(pair, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:?/, ''),
      ];
}

/**
 * Credentials in headers: the whole value and the words of it, for a handler may repeat a token without its scheme, and
 * the password of a login.
 */
export function headerSecrets(headers: HeaderPairs): string[] {
  const values = headers.filter(([name]) => isSecretHeader(name)).map(([, value]) => value);
  return values.flatMap((value) => [value, ...basicPassword(value), ...value.split(/[ ;=]+/)]);
}
