import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCaller } from '../helpers/caller.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';
import { delivered, resend, targetBytes } from '../helpers/resend.ts';

describe('a parameter that is set', () => {
  it.each([
    [['phone', '+7 9'], '/?a=1&phone=2&&%70hone=3&b', '/?a=1&phone=%2B7+9&&%70hone=%2B7+9&b'],
    [['phone', ''], '/?phone=1&x=2', '/?phone=&x=2'],
    [['b', '1'], '/?a&b', '/?a&b=1'],
    [['a.b', '1'], '/?a_b=2&a.b=3', '/?a_b=1&a.b=1'],
    [['phone[]', '1'], '/?phone%5B%5D=2', '/?phone%5B%5D=1'],
    [['new name', '~'], '/?a=1', '/?a=1&new+name=%7E'],
    [['new', '1'], '/?a=1&', '/?a=1&new=1'],
    [['new', '1'], '/', '/?new=1'],
    [[' ', '1'], '/?a=1&&b=2', '/?a=1&&b=2&+=1'],
    [['token', 'x'], '/?token=***&a=1', '/?token=x&a=1'],
    [['access_token', 'x'], '/?access_token=***&a=1', '/?access_token=x&a=1'],
  ] as const)('%j in %s', async (parameter, recorded, expected) => {
    const { line } = await resend(recordOf(recorded), { set: [parameter] }, '');
    expect(line).toBe(`GET ${expected} HTTP/1.1`);
  });

  it.each([
    [['phone', '+7 9'], 'a=%zz&%70hone=1&phone=2', 'a=%zz&%70hone=%2B7+9&phone=%2B7+9', '/?x=1'],
    [['x', '2'], 'x=1', 'x=2', '/?x=2'],
    [['new', '1'], 'a=1', 'a=1', '/?x=1&new=1'],
    [['password', ''], 'password=***', 'password=', '/?x=1'],
  ] as const)('%j stands in a form, too: %s', async (parameter, recorded, expected, target) => {
    const headers: Array<[string, string]> = [['Content-Type', 'application/x-www-form-urlencoded']];
    const body = { bytes: recorded.length, encoding: 'utf8', data: recorded, truncated: false } as const;
    const record = recordOf('/?x=1', { method: 'POST', headers, body });
    const request = await resend(record, { set: [parameter] }, '');
    expect([request.body, request.line]).toEqual([expected, `POST ${target} HTTP/1.1`]);
  });

  it('changes the action by which the answer is judged', async () => {
    const { url } = await startRawHandler('');
    const record = recordOf('/?action=lead');
    const resent = await makeCaller().resend({ webhook: new URL(url), record, set: [['action', 'message']] });
    expect(delivered(resent)).toMatchObject({ action: 'message', verdict: 'accepted' });
  });
});

it('leaves every byte but those of the token and of what is set', async () => {
  const { url, requests } = await startRawHandler();
  const caller = makeCaller();
  const piece = fc.string({ unit: fc.constantFrom(...targetBytes.filter((byte) => byte !== '&')), maxLength: 20 });
  const named = fc.tuple(fc.constantFrom('token', 'set', '%73et', 'to%6ben'), piece);
  const other = piece.filter((text) => !/^(?:[+%]|t|s)/i.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(other, named), { maxLength: 20 }), async (parts) => {
      const query = parts.map((part) => (typeof part === 'string' ? part : part.join('='))).join('&');
      const isSet = parts.some((part) => typeof part !== 'string' && part[0].endsWith('et'));
      const wanted = parts.map((part) => {
        if (typeof part === 'string') return part;
        return `${part[0]}=${part[0].endsWith('et') ? '%D0%B9' : 'new'}`;
      });
      const record = recordOf(`/?${query}`);
      await caller.resend({ webhook: new URL(url), record, token: 'new', set: [['set', 'й']] });
      const joined = wanted.join('&');
      const separator = joined === '' || joined.endsWith('&') ? '' : '&';
      const expected = isSet ? joined : `${joined}${separator}set=%D0%B9`;
      expect(requests.pop()?.line).toBe(`GET /?${expected} HTTP/1.1`);
    }),
  );
});
