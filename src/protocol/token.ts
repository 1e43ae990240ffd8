import { createHash, timingSafeEqual } from 'node:crypto';

/** Login and password from the settings of the integration; both may be empty. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Lower-case hex of the MD5 of the UTF-8 bytes of `text` (or of bytes as they are). */
export function md5Hex(text: string | Uint8Array): string {
  return createHash('md5').update(text).digest('hex');
}

/**
 * The token of Roistat: `md5(user + password)`, lower-case hex, nothing between the two, UTF-8.
 * Source: the source document ("token"); vector: `1` and `1` give `6512bd43d9caa6e02c990b0a82652dca`.
 */
export function signToken({ user, password }: Credentials): string {
  return md5Hex(user + password);
}

/** A server checks each call for the same credentials. */
const expectedTokens = new WeakMap<Credentials, Buffer>();

function expectedToken(credentials: Credentials): Buffer {
  const known = expectedTokens.get(credentials) ?? Buffer.from(signToken(credentials));
  expectedTokens.set(credentials, known);
  return known;
}

/** True when `token` is exactly the token of the credentials; takes the same time whatever the difference. */
export function verifyToken(token: string, credentials: Credentials): boolean {
  const given = Buffer.from(token);
  const expected = expectedToken(credentials);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Whether `text` is written like an MD5 digest: 32 hex digits of either case. */
export function isMd5Hex(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text);
}
