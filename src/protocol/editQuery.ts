import { decodeName, decodeQuery } from './decodeQuery.ts';
import { encodeComponent, type Parameter } from './encodeQuery.ts';
import { mask } from './mask.ts';
import { isSecretParameter } from './maskToken.ts';

interface Piece {
  readonly raw: string;
  /** The name as it is written. */
  readonly name: string;
  /** The value as it is written; undefined without a `=`. */
  readonly value: string | undefined;
}

function parsePiece(raw: string): Piece {
  const equals = raw.indexOf('=');
  return equals < 0
    ? { raw, name: raw, value: undefined }
    : { raw, name: raw.slice(0, equals), value: raw.slice(equals + 1) };
}

const pieces = (query: string): Piece[] => query.split('&').map(parsePiece);

/** The name under which PHP would find a parameter that is set by this name. */
const phpNameOf = (name: string): string => decodeName(encodeComponent(name));

/** Whether a parameter of this name is there, however it is spelt. */
export function hasParameter(query: string, name: string): boolean {
  const wanted = phpNameOf(name);
  return wanted !== '' && pieces(query).some((piece) => decodeName(piece.name) === wanted);
}

/** The query with this value wherever the name stands, however it is spelt; every other byte as it was. */
export function replaceValue(query: string, [name, value]: Parameter): string {
  const wanted = phpNameOf(name);
  if (wanted === '') return query;
  const encoded = encodeComponent(value);
  return pieces(query)
    .map((piece) => (decodeName(piece.name) === wanted ? `${piece.name}=${encoded}` : piece.raw))
    .join('&');
}

/**
 * The query with this parameter: its value replaced in all places where the name stands, so that none is left of
 * what was there, or else appended. Written as `http_build_query` does; every other byte stays as it was.
 */
export function setParameter(query: string, parameter: Parameter): string {
  const [name, value] = parameter;
  if (hasParameter(query, name)) return replaceValue(query, parameter);
  const separator = query === '' || query.endsWith('&') ? '' : '&';
  return `${query}${separator}${encodeComponent(name)}=${encodeComponent(value)}`;
}

/** Whether this decoded name is that of the token, as it is or by a slip of the pen: `amp;token`, `Token`, `token[]`. */
export function meansToken(name: string): boolean {
  return /^(?:amp;)*token(?:\[.*)?$/i.test(name);
}

/** The query with another token: the value of each `token` replaced, and masked values of names that were meant to be it. */
function signQuery(query: string, token: string): string {
  const encoded = encodeComponent(token);
  return pieces(replaceValue(query, ['token', token]))
    .map(({ raw, name, value }) => (value === mask && meansToken(decodeName(name)) ? `${name}=${encoded}` : raw))
    .join('&');
}

/** The same with the login that the token is for, where it is another one; what is not given stays. */
export function resignQuery(
  query: string,
  { token, user }: { readonly token?: string | undefined; readonly user?: string | undefined },
): string {
  const isOther = user !== undefined && decodeQuery(query).parameters['user'] !== user;
  const edited = isOther ? replaceValue(query, ['user', user]) : query;
  return token === undefined ? edited : signQuery(edited, token);
}

/** Decoded names of the pieces that have a mask anywhere. */
export function maskedValues(query: string): string[] {
  return pieces(query)
    .filter(({ raw }) => raw.includes(mask))
    .map(({ name }) => decodeName(name));
}

/** Decoded names of the parameters whose values were masked when they were recorded. */
export function maskedNames(query: string): string[] {
  return pieces(query)
    .filter(({ value }) => value === mask)
    .map(({ name }) => decodeName(name))
    .filter(isSecretParameter);
}
