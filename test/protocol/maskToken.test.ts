import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretHeader, maskHeaders, maskParameters, maskTarget, maskText } from '../../src/protocol/maskToken.ts';

const token = '6512bd43d9caa6e02c990b0a82652dca';

describe('maskTarget', () => {
  it('replaces the token and nothing else', () => {
    expect(maskTarget(`/hook.php?a=1&user=&token=${token}&action=lead`)).toBe(
      '/hook.php?a=1&user=&token=***&action=lead',
    );
  });

  it.each([`%74oken=${token}`, `+token=${token}`, `%20token=${token}`, `TOKEN=${token}`, `token%00x=${token}`])(
    'knows the spelling %s',
    (piece) => {
      expect(maskTarget(`/?${piece}&id=1`)).not.toContain(token);
    },
  );

  it('masks each of several tokens, and leaves an empty one and a target without a query', () => {
    expect(maskTarget(`/?token=${token}&token=x&token=`)).toBe('/?token=***&token=***&token=');
    expect(maskTarget(`/token=${token}`)).toBe(`/token=${token}`);
  });

  it('changes no byte beside the value of the token', () => {
    const piece = fc.stringMatching(/^[a-z%0-9+=]{0,8}$/).filter((text) => !/^[+\s]*t|%/i.test(text));
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece), (before, after) => {
        const join = (value: string): string => `/?${[...before, `token=${value}`, ...after].join('&')}`;
        expect(maskTarget(join(token))).toBe(join('***'));
      }),
    );
  });
});

describe('the token of empty credentials', () => {
  const nobody = 'd41d8cd98f00b204e9800998ecf8427e';

  it('is no secret and stays, wherever it stands', () => {
    expect(maskTarget(`/?token=${nobody}&token=${token}`)).toBe(`/?token=${nobody}&token=***`);
    expect({ ...maskParameters({ token: nobody, access_token: token }) }).toEqual({
      token: nobody,
      access_token: '***',
    });
    expect(maskText(`token: ${nobody}, token: ${token}`, `/?token=${nobody}`)).toBe(`token: ${nobody}, token: ***`);
  });

  it('does not uncover others that begin or end as it does', () => {
    expect(maskTarget(`/?token=${nobody}a`)).toBe('/?token=***');
    expect(maskTarget(`/?token=${nobody.toUpperCase()}`)).toBe('/?token=***');
  });
});

describe('maskHeaders', () => {
  it('masks credentials, and tokens inside of other values', () => {
    const target = `/?token=${token}`;
    const headers: Array<[string, string]> = [
      ['Host', 'a'],
      ['Authorization', 'Basic eDp5'],
      ['COOKIE', 'session=1'],
      ['Referer', `http://a/?token=${token}&id=1`],
      ['X-Signature', token],
      ['X-Body', '{"token": "abcdef"}'],
    ];
    expect(maskHeaders(headers, target)).toEqual([
      ['Host', 'a'],
      ['Authorization', '***'],
      ['COOKIE', '***'],
      ['Referer', 'http://a/?token=***&id=1'],
      ['X-Signature', '***'],
      ['X-Body', '{"token": "***"}'],
    ]);
  });
});

describe('maskText', () => {
  it('masks a token in a body of a form or of JSON', () => {
    expect(maskText('user=a&token=abc&x=1', '/')).toBe('user=a&token=***&x=1');
    expect(maskText('{"token":"abc","x":1}', '/')).toBe('{"token":"***","x":1}');
    expect(maskText(`raw ${token}`, `/?token=${token}`)).toBe('raw ***');
  });
});

describe('maskText of a hostile request', () => {
  it('takes no time that grows with the number of tokens', () => {
    const target = `/?${Array.from({ length: 4000 }, (_, index) => `token=secret-${index}`).join('&')}`;
    expect(maskText(`secret-1 ${'x'.repeat(1_000_000)}`, target)).toBe('***');
  });
});

describe('maskParameters', () => {
  it('replaces a token that is not empty, and copies the others', () => {
    expect(maskParameters({ token, id: '1' })).toEqual({ token: '***', id: '1' });
    expect(maskParameters({ token: '' })).toEqual({ token: '' });
    const kin = { 'token[]': 'a', access_token: 'b', 'amp;token': 'c', password: 'd', tokenizer: 'e' };
    expect(Object.values(maskParameters(kin))).toEqual(['***', '***', '***', '***', 'e']);
  });
});

describe('isSecretHeader', () => {
  it.each([
    'Authorization',
    'proxy-authorization',
    'Cookie',
    'set-cookie',
    'X-Token',
    'X-Auth',
    'Api-Key',
    'x-api-key',
  ])('knows %s', (name) => {
    expect(isSecretHeader(name)).toBe(true);
  });

  it.each(['Idempotency-Key', 'Content-Type', 'X-Author', 'Tokens', 'Sec-WebSocket-Key'])('leaves %s alone', (name) => {
    expect(isSecretHeader(name)).toBe(false);
  });
});
