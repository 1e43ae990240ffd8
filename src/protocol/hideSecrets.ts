import { encodeComponent } from './encodeQuery.ts';
import { type HeaderPairs } from './endToEndHeaders.ts';
import { mask } from './mask.ts';
import { isSecretHeader, shortestSecret } from './maskToken.ts';

/** In lower case, letter for letter: the capital I with a dot is the one that would become two. */
const fold = (text: string): string => text.replaceAll('\u0130', 'i').toLowerCase();

/** A text without the secret, in any case of letters, for a handler may show it in upper case. */
function hideWhole(text: string, secret: string): string {
  // No regular expression: one may not be as long as a header.
  const [folded, wanted] = [fold(text), fold(secret)];
  let hidden = '';
  let done = 0;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, done)) {
    hidden += text.slice(done, at) + mask;
    done = at + secret.length;
  }
  return hidden + text.slice(done);
}

/** The same, also where an excerpt ends within it, after at least so many of its characters. */
function hideSecret(text: string, secret: string, shortestPart: number): string {
  const hidden = hideWhole(text, secret);
  const end = hidden.lastIndexOf('…');
  const [before, wanted] = [fold(hidden.slice(0, Math.max(end, 0))), fold(secret)];
  for (let length = Math.min(secret.length - 1, end); length >= shortestPart; length -= 1) {
    if (before.endsWith(wanted.slice(0, length))) {
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

/**
 * A password as it is, and as an answer or an address may spell it: it is never sent, but a handler that is being put
 * right may well print it.
 */
export const passwordSpellings = (password: string): string[] => [
  password,
  encodeComponent(password),
  JSON.stringify(password).slice(1, -1),
];

const isCookie = ([name]: readonly [string, string]): boolean => name.toLowerCase() === 'cookie';

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
 * the password of a login. Cookies come last, for there may be any number of words in them.
 */
export function headerSecrets(headers: HeaderPairs): string[] {
  const secret = headers.filter(([name]) => isSecretHeader(name));
  const cookies = secret.filter(isCookie);
  const values = [...secret.filter((header) => !isCookie(header)), ...cookies].map(([, value]) => value);
  return values.flatMap((value) => [value, ...basicPassword(value), ...value.split(/[ ;=]+/)]);
}
