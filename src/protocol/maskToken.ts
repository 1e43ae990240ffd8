import { decodeName, decodeValue } from './decodeQuery.ts';
import { emptyParameters } from './emptyParameters.ts';
import { type HeaderPairs } from './endToEndHeaders.ts';
import { mask } from './mask.ts';
import { isPublicToken } from './publicTokens.ts';

const secretHeader =
  /(?:^|-)(?:authorization|auth|cookie2?|token|secret|password|(?:api|access|auth)-?(?:key|token))$/i;

/** Whether the values of this header are credentials. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name);
}

/** `token`, and its kin: `token[]`, `access_token`, `amp;token`, `password`, `secret`, `api_key`. */
const secretName = /(?:^|[^a-z])(?:token|password|secret|(?:api|access|auth)[-_]?key)(?:\[.*)?$/i;

/** Whether the values of the parameter with this decoded name are secrets. */
export function isSecretParameter(name: string): boolean {
  return secretName.test(name);
}

/** A raw value of a token, and how a handler reads it, without those that are no secret. */
function spellings(raw: string): string[] {
  const decoded = decodeValue(raw);
  return (decoded === raw ? [raw] : [raw, decoded]).filter((token) => !isPublicToken(token));
}

/**
 * The values of the parameter `token` in a query that are secrets, in every spelling of its name and each time it comes:
 * as they came, and as a handler reads them.
 */
export function secretTokens(query: string): string[] {
  const found: string[] = [];
  replaceTokens(`?${query}`, (raw) => {
    found.push(...spellings(raw));
    return raw;
  });
  return found;
}

/** What was found out of names, for most requests have the same few; a hostile one may have any, and of any length. */
const knownNames = new Map<string, boolean>();
const mostKnown = 100;
const longestKnown = 40;

function isTokenName(encoded: string): boolean {
  const known = knownNames.get(encoded);
  if (known !== undefined) return known;
  const isSecret = isSecretParameter(decodeName(encoded));
  if (knownNames.size < mostKnown && encoded.length <= longestKnown) knownNames.set(encoded, isSecret);
  return isSecret;
}

/** A mask for a token, but for one that is no secret: that of empty credentials stays, as evidence and for a replay. */
const maskSecret = (token: string): string => (isPublicToken(token) ? token : mask);

/** A request target with each value of `token` replaced that is a secret; everything else byte for byte. */
export function maskTarget(target: string): string {
  return replaceTokens(target, maskSecret);
}

/** The same, each raw value that is not empty replaced by what `replace` makes of it. */
export function replaceTokens(target: string, replace: (raw: string) => string): string {
  const mark = target.indexOf('?');
  if (mark < 0) return target;
  const shown = target
    .slice(mark + 1)
    .split('&')
    .map((piece) => {
      const equals = piece.indexOf('=');
      if (equals < 0 || equals === piece.length - 1 || !isTokenName(piece.slice(0, equals))) return piece;
      return piece.slice(0, equals + 1) + replace(piece.slice(equals + 1));
    });
  return `${target.slice(0, mark + 1)}${shown.join('&')}`;
}

/** Shorter values are too likely to stand in a text by chance. */
export const shortestSecret = 8;
const mostSecrets = 8;

/** What is to be hidden in texts that come with a request of this target. */
function secretsOf(target: string): ReadonlySet<string> {
  return longSecrets(secretTokens(target.slice(target.indexOf('?') + 1)));
}

const longSecrets = (secrets: readonly string[]): ReadonlySet<string> =>
  new Set(secrets.filter((secret) => secret.length >= shortestSecret));

function hideTokens(text: string, secrets: ReadonlySet<string>): string {
  // So many tokens are an attack on the time that it takes to look for them.
  if (secrets.size > mostSecrets) return mask;
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, mask);
  return masked.replace(
    /(\btoken["']?\s*[=:]\s*["']?)([^\s&"',;}]+)/gi,
    (_all, name: string, token: string) => name + maskSecret(token),
  );
}

/** `text` without the tokens of the request target, and without what is written like a parameter `token`. */
export function maskText(text: string, target: string): string {
  return hideTokens(text, secretsOf(target));
}

function hideInHeaders(headers: HeaderPairs, secrets: ReadonlySet<string>): Array<[string, string]> {
  return headers.map(([name, value]) => [name, isSecretHeader(name) ? mask : hideTokens(value, secrets)]);
}

/** Header pairs without credentials: whole values of credential headers, tokens inside of others (Referer, say). */
export function maskHeaders(headers: HeaderPairs, target: string): Array<[string, string]> {
  return hideInHeaders(headers, secretsOf(target));
}

/** What `maskTarget` and `maskHeaders` make of a request, in one go. */
export function maskRequest(
  target: string,
  headers: HeaderPairs,
): { target: string; headers: Array<[string, string]> } {
  const found: string[] = [];
  const masked = replaceTokens(target, (raw) => {
    found.push(...spellings(raw));
    return maskSecret(raw);
  });
  return { target: masked, headers: hideInHeaders(headers, longSecrets(found)) };
}

/** Parameters as they may be stored: the token replaced if it is a secret. */
export function maskParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const masked = Object.assign(emptyParameters(), parameters);
  for (const name of Object.keys(masked)) {
    if (isSecretParameter(name)) masked[name] = maskSecret(masked[name] ?? '');
  }
  return masked;
}
