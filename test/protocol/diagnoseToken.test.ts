import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnoseToken } from '../../src/protocol/diagnoseToken.ts';
import { md5Hex, signToken } from '../../src/protocol/token.ts';
import { encodeWindows1251 } from '../../src/protocol/windows1251.ts';

const credentials = { user: 'Demo-Иван', password: 'Пароль42' };
const { user, password } = credentials;
const right = signToken(credentials);
const windows1251 = encodeWindows1251(user + password) ?? new Uint8Array();

describe('diagnoseToken', () => {
  it('has nothing to say about the right token', () => {
    expect(diagnoseToken(right, credentials)).toBeUndefined();
  });

  it.each([
    ['password before user', md5Hex(password + user), /order is reversed/],
    ['a colon between', md5Hex(`${user}:${password}`), /a colon between user and password/],
    ['a bar between', md5Hex(`${user}|${password}`), /a vertical bar between user and password/],
    ['a blank between', md5Hex(`${user} ${password}`), /a blank between user and password/],
    ['a colon between, reversed', md5Hex(`${password}:${user}`), /a colon between password and user/],
    ['the user alone', md5Hex(user), /password is missing/],
    ['the password alone', md5Hex(password), /login is missing/],
    ['a newline at the end', md5Hex(`${user}${password}\n`), /a newline at the end/],
    ['a CRLF at the end', md5Hex(`${user}${password}\r\n`), /carriage return and a newline at the end/],
    ['a blank at the end', md5Hex(`${user}${password} `), /a blank at the end/],
    ['a blank in front', md5Hex(` ${user}${password}`), /a blank in front/],
    ['newlines after both', md5Hex(`${user}\n${password}\n`), /after the login and at the end/],
    ['Windows-1251', md5Hex(windows1251), /Windows-1251/],
    ['upper-case hex', right.toUpperCase(), /upper-case hex/],
    ['md5 of the md5', md5Hex(right), /md5 of the md5/],
    ['md5 of user and md5(password)', md5Hex(user + md5Hex(password)), /md5\(user \+ md5\(password\)\)/],
    ['empty credentials', md5Hex(''), /neither login nor password/],
    ['an empty token', '', /empty/],
    ['blanks around the token', ` ${right}\n`, /blanks or a newline around/],
    ['SHA-1', 'a'.repeat(40), /SHA-1/],
    ['SHA-256', 'a'.repeat(64), /SHA-256/],
    ['no hex', 'hello', /Not an MD5 digest: it has 5 characters/],
    ['two mistakes', md5Hex(password + user).toUpperCase(), /reversed.*also in upper-case/],
    ['a lower-case login', md5Hex(user.toLowerCase() + password), /lower-case login/],
    ['something else', md5Hex('something else'), /No known mistake/],
  ])('recognises %s', (_name, token, sentence) => {
    expect(diagnoseToken(token, credentials)).toMatch(sentence);
  });

  it('recognises credentials that were configured with blanks around them', () => {
    expect(diagnoseToken(signToken({ user: 'a', password: 'b' }), { user: 'a', password: 'b\n' })).toMatch(/trimmed/);
  });

  it('always finds one sentence for a wrong token, and never names the password or a digest in it', () => {
    const secret = 'S3cr3t-Passw0rd';
    const wrong = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32}$/), fc.constant(md5Hex(secret)));
    fc.assert(
      fc.property(wrong, (token) => {
        const sentence = diagnoseToken(token, { user: 'demouser', password: secret }) ?? '';
        expect(sentence).toMatch(/^[A-Z\d].*\.$/s);
        expect(sentence).not.toContain(secret);
        expect(sentence).not.toMatch(/[0-9a-f]{32}/);
      }),
    );
  });
});
