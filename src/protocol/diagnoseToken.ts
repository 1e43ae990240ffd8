import { type Credentials, isMd5Hex, md5Hex, signToken } from './token.ts';
import { encodeWindows1251 } from './windows1251.ts';

interface Mistake {
  /** What the sender seems to compute, as one sentence without secrets. */
  readonly sentence: string;
  readonly digest: string;
}

const separators: Record<string, string> = {
  ':': 'a colon',
  '|': 'a vertical bar',
  ' ': 'a blank',
  '-': 'a hyphen',
  _: 'an underscore',
  '.': 'a dot',
  ',': 'a comma',
  ';': 'a semicolon',
  '/': 'a slash',
  '@': 'an at sign',
  '+': 'a plus',
  '&': 'an ampersand',
  '#': 'a hash',
  '::': 'two colons',
  '\n': 'a newline',
  '\t': 'a tab',
};

const strays: Record<string, string> = {
  '\n': 'a newline',
  '\r\n': 'a carriage return and a newline',
  '\r': 'a carriage return',
  ' ': 'a blank',
  '\t': 'a tab',
};

const of = (sentence: string, text: string | Uint8Array): Mistake => ({ sentence, digest: md5Hex(text) });

/** The mistakes that handlers and settings are known to make, likeliest first. */
export function* knownMistakes({ user, password }: Credentials): Generator<Mistake> {
  const joined = user + password;
  yield of('It is md5(""): the sender has neither login nor password set.', '');
  yield of('It is md5(password + user): the order is reversed.', password + user);
  yield of('It is md5(password): the login is missing from it.', password);
  yield of('It is md5(user): the password is missing from it.', user);
  for (const [separator, name] of Object.entries(separators)) {
    yield of(`It is made with ${name} between user and password: join them with nothing.`, user + separator + password);
    yield of(
      `It is made with ${name} between password and user: user comes first, and nothing between.`,
      password + separator + user,
    );
  }
  for (const [stray, name] of Object.entries(strays)) {
    yield of(`It is made with ${name} at the end: trim what is read from a file or a form.`, joined + stray);
    yield of(
      `It is made with ${name} after the login: trim what is read from a file or a form.`,
      user + stray + password,
    );
    yield of(`It is made with ${name} in front: trim what is read from a file or a form.`, stray + joined);
    yield of(
      `It is made with ${name} after the login and at the end: trim what is read from a file or a form.`,
      user + stray + password + stray,
    );
    yield of(`It is md5(password) with ${name} at the end, and the login is missing from it.`, password + stray);
  }
  yield of(
    'It is made of trimmed values: the login or password here begins or ends with a blank.',
    user.trim() + password.trim(),
  );
  const windows1251 = encodeWindows1251(joined);
  if (windows1251)
    yield of('It is made of Windows-1251 bytes: convert login and password to UTF-8 first.', windows1251);
  const inner = md5Hex(joined);
  yield of('It is md5 of the md5: hash only once.', inner);
  yield of('It is md5(user + md5(password)): the password goes in as it is.', user + md5Hex(password));
  yield of(
    'It is md5(md5(user) + md5(password)): login and password go in as they are.',
    md5Hex(user) + md5Hex(password),
  );
  yield of('It is md5(md5(password)), without the login: hash once, user + password.', md5Hex(password));
  yield of('It is made of lower-case letters: login and password go in as they are.', joined.toLowerCase());
  yield of('It is made with a lower-case login: the login goes in as it is written.', user.toLowerCase() + password);
}

/** Lengths of hex digests that are mistaken for MD5. */
const otherDigests: Record<number, string> = { 40: 'SHA-1', 64: 'SHA-256', 128: 'SHA-512' };

/**
 * One sentence on why `token` is not the token of the credentials, or undefined when it is.
 * The sentence names the mistake, never the password or a digest.
 * The list of mistakes: seen in handlers that people run.
 */
export function diagnoseToken(token: string, credentials: Credentials): string | undefined {
  const expected = signToken(credentials);
  if (token === expected) return undefined;
  if (token === '') return 'The token is empty.';
  const trimmed = token.trim();
  if (trimmed === expected) return 'The right token, but with blanks or a newline around it.';
  if (!isMd5Hex(trimmed)) {
    const other = /^[0-9a-f]+$/i.test(trimmed) ? otherDigests[trimmed.length] : undefined;
    if (other) return `${trimmed.length} hex digits look like ${other}: the token is MD5, 32 hex digits.`;
    return `Not an MD5 digest: it has ${token.length} characters, and a token is 32 hex digits.`;
  }
  const lower = trimmed.toLowerCase();
  if (lower === expected) return 'The right digest, but in upper-case hex: the token is lower-case.';
  for (const mistake of knownMistakes(credentials)) {
    if (mistake.digest === lower) {
      return trimmed === lower ? mistake.sentence : `${mistake.sentence} It is also in upper-case hex.`;
    }
  }
  return 'No known mistake gives this token: compare login and password with the settings in Roistat, letter by letter.';
}
