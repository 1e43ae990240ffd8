import { decodeName } from './decodeQuery.ts';

/** What stands in place of a secret. */
export const mask = '***';

const secretHeader =
  /(?:^|-)(?:authorization|auth|cookie2?|token|secret|password|(?:api|access|auth)-?(?:key|token))$/i;

/** Whether the values of this header are credentials. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** `token`, and its kin: `token[]`, `access_token`, `amp;token`, `password`. */
const secretName = /(?:^|[^a-z])(?:token|password)(?:\[.*)?$/i;

/** The raw values of the parameter `token` in a query, in every spelling of its name and each time it comes. */
export function rawTokens(query: string): string[] {
  return query.split('&').flatMap((piece) => {
    const equals = piece.indexOf('=');
    return equals >= 0 && isTokenName(piece.slice(0, equals)) ? [piece.slice(equals + 1)] : [];
  });
}

function isTokenName(encoded: string): boolean {
  return secretName.test(decodeName(encoded));
}

/** A request target with each value of `token` replaced; everything else byte for byte. */
export function maskTarget(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark + 1) + maskQuery(target.slice(mark + 1));
}

function maskQuery(query: string): string {
  return query
    .split('&')
    .map((piece) => {
      const equals = piece.indexOf('=');
      if (equals < 0 || equals === piece.length - 1 || !isTokenName(piece.slice(0, equals))) return piece;
      return piece.slice(0, equals + 1) + mask;
    })
    .join('&');
}

/** Shorter values are too likely to stand in a text by chance. */
const shortestSecret = 8;
const mostSecrets = 8;

/** `text` without the tokens of the request target, and without what is written like a parameter `token`. */
export function maskText(text: string, target: string): string {
  const query = target.slice(target.indexOf('?') + 1);
  const secrets = new Set(rawTokens(query).filter((secret) => secret.length >= shortestSecret));
  // So many tokens are an attack on the time that it takes to look for them.
  if (secrets.size > mostSecrets) return mask;
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, mask);
  return masked.replace(/(\btoken["']?\s*[=:]\s*["']?)[^\s&"',;}]+/gi, `$1${mask}`);
}

/** Header pairs without credentials: whole values of credential headers, tokens inside of others (Referer, say). */
export function maskHeaders(
  headers: ReadonlyArray<readonly [string, string]>,
  target: string,
): Array<[string, string]> {
  return headers.map(([name, value]) => [name, isSecretHeader(name) ? mask : maskText(value, target)]);
}

/** Parameters as they may be stored: the token replaced unless it is empty. */
export function maskParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const masked = Object.assign(Object.create(null) as Record<string, string>, parameters);
  for (const name of Object.keys(masked)) {
    if (secretName.test(name) && masked[name] !== '') masked[name] = mask;
  }
  return masked;
}
