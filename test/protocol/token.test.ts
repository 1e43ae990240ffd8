import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyCredentialsToken, wrongToken } from '../../src/protocol/publicTokens.ts';
import { isMd5Hex, md5Hex, signToken, verifyToken } from '../../src/protocol/token.ts';

describe('signToken', () => {
  it('gives the vector of the source document for 1 and 1', () => {
    expect(signToken({ user: '1', password: '1' })).toBe('6512bd43d9caa6e02c990b0a82652dca');
  });

  it('joins with nothing, so 11 and nothing give the same vector', () => {
    expect(signToken({ user: '11', password: '' })).toBe('6512bd43d9caa6e02c990b0a82652dca');
  });

  it('is md5("") for empty credentials', () => {
    expect(signToken({ user: '', password: '' })).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(emptyCredentialsToken).toBe('d41d8cd98f00b204e9800998ecf8427e');
  });

  it('is not asked for the token of nobody, which is the MD5 of a text', () => {
    expect(wrongToken).toBe(md5Hex('roistat-hook: no such credentials'));
  });

  it('hashes the UTF-8 bytes of user and then password', () => {
    const bytes = Buffer.from([0xd0, 0xb8, 0xd0, 0xb2, 0xd0, 0xb0, 0xd0, 0xbd, 0x31]);
    const expected = createHash('md5').update(bytes).digest('hex');
    expect(signToken({ user: 'иван', password: '1' })).toBe(expected);
  });
});

describe('verifyToken', () => {
  const credentials = { user: 'demouser', password: 'secret' };

  it('accepts the token of the credentials and nothing else', () => {
    const token = signToken(credentials);
    expect(verifyToken(token, credentials)).toBe(true);
    fc.assert(fc.property(fc.string(), (other) => verifyToken(other, credentials) === (other === token)));
  });

  it.each([
    ['upper-case hex', (token: string) => token.toUpperCase()],
    ['a blank at the end', (token: string) => `${token} `],
    ['a missing digit', (token: string) => token.slice(1)],
    ['another last digit', (token: string) => token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')],
  ])('refuses %s', (_name, change) => {
    expect(verifyToken(change(signToken(credentials)), credentials)).toBe(false);
  });
});

describe('isMd5Hex', () => {
  it.each([
    ['6512bd43d9caa6e02c990b0a82652dca', true],
    ['6512BD43D9CAA6E02C990B0A82652DCA', true],
    ['6512bd43d9caa6e02c990b0a82652dc', false],
    ['6512bd43d9caa6e02c990b0a82652dcg', false],
    ['6512bd43d9caa6e02c990b0a82652dca\n', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isMd5Hex(text)).toBe(expected);
  });
});
