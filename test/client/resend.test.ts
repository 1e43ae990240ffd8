import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { problem } from '../../src/protocol/problems.ts';
import { makeCaller } from '../helpers/caller.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';
import { delivered, resend, targetBytes } from '../helpers/resend.ts';

describe('a recorded request that is sent again', () => {
  it('is judged', async () => {
    const { url } = await startRawHandler();
    const resent = await makeCaller().resend({ webhook: new URL(url), record: recordOf('/?action=lead&id=90') });
    expect(delivered(resent)).toMatchObject({ action: 'lead', verdict: 'accepted', orderId: '12345' });
  });

  it('has the query that was recorded, whatever bytes it was written with', async () => {
    const { url, requests } = await startRawHandler();
    const caller = makeCaller();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(...targetBytes), maxLength: 200 }), async (query) => {
        await caller.resend({ webhook: new URL(`${url}hook.php`), record: recordOf(`/old.php?${query}`) });
        expect(requests.pop()?.line).toBe(`GET /hook.php${query === '' ? '' : `?${query}`} HTTP/1.1`);
      }),
      { examples: [['&&a=%zz&a=%&&phone%5B%5D=1&amp;token=x&%D0=\xd0\xff&=&'], ['a=1#b?c=/../'], ['']] },
    );
  });

  it('follows a query of the address', async () => {
    const { line } = await resend(recordOf('/?a=1'), {}, 'hook.php?key=1');
    expect(line).toBe('GET /hook.php?key=1&a=1 HTTP/1.1');
  });

  it('has the recorded headers in their order, but those of the connection and masked ones', async () => {
    const { headers } = await resend(
      recordOf('/?a=1', {
        headers: [
          ['Host', 'crm.example'],
          ['X-First', 'one'],
          ['connection', 'keep-alive, X-Hop'],
          ['X-Hop', 'x'],
          ['Keep-Alive', 'timeout=5'],
          ['Transfer-Encoding', 'chunked'],
          ['Content-Length', '5'],
          ['Accept-Encoding', 'gzip'],
          ['Expect', '100-continue'],
          ['Authorization', '***'],
          ['Referer', 'http://a/?token=***'],
          ['Upgrade', 'h2c'],
          ['TE', 'trailers'],
          ['x-first', 'tw\xf6'],
          ['X-Note', 'a***b'],
        ],
      }),
    );
    const port = headers[0]?.split(':').at(-1) ?? '';
    expect(headers).toEqual([
      `host: 127.0.0.1:${port}`,
      'connection: keep-alive',
      'X-First: one',
      'x-first: tw\xf6',
      'X-Note: a***b',
    ]);
  });

  it('has headers that are given in place of recorded ones', async () => {
    const { url, requests } = await startRawHandler();
    const caller = makeCaller({ headers: [['X-A', 'new']] });
    const record = recordOf('/?a=1', {
      headers: [
        ['x-a', 'old'],
        ['Authorization', 'Basic old'],
        ['User-Agent', 'Roistat'],
      ],
    });
    await caller.resend({ webhook: new URL(url.replace('//', '//u:p@')), record });
    const basic = Buffer.from('u:p').toString('base64');
    expect(requests[0]?.headers.slice(2)).toEqual(['User-Agent: Roistat', 'X-A: new', `Authorization: Basic ${basic}`]);
  });

  it('has the method and the body', async () => {
    const data = Buffer.from([0, 0xff, 0x80]).toString('base64');
    const body = { bytes: 3, encoding: 'base64' as const, data, truncated: false };
    const sent = await resend(recordOf('/?a=1', { method: 'PUT', body }));
    expect(sent.line).toBe('PUT /hook.php?a=1 HTTP/1.1');
    expect(sent.body).toBe('\x00\xff\x80');
    const text = { bytes: 4, encoding: 'utf8' as const, data: 'да', truncated: false };
    const posted = await resend(recordOf('/?a=1', { method: 'POST', body: text }));
    expect(Buffer.from(posted.body, 'latin1').toString('utf8')).toBe('да');
    expect(posted.headers).toContain('content-length: 4');
  });

  it('is only shown in a dry run', async () => {
    const { url, requests } = await startRawHandler();
    const resent = await makeCaller({ dryRun: true }).resend({ webhook: new URL(url), record: recordOf('/?a=1') });
    expect(delivered(resent)).toMatchObject({ verdict: 'not-sent', request: { url: `${url}?a=1` } });
    expect(requests).toEqual([]);
  });
});

describe('a token in place of the recorded one', () => {
  it.each([
    ['/?user=a&token=***&x=1', '/?user=b&token=new&x=1'],
    ['/?token=old&x=1&&%74oken=older&token', '/?token=new&x=1&&%74oken=new&token=new'],
    ['/?amp;token=***&token%5B%5D=***&access_token=other&amp;token=kept', undefined],
    ['/?x=1&tokens=***', '/?x=1&tokens=***'],
    ['/?x=1', '/?x=1'],
    ['/', '/'],
    ['/?user=%62&token=', '/?user=%62&token=new'],
  ])('of %s', async (recorded, expected) => {
    const { line } = await resend(recordOf(recorded), { token: 'new', user: 'b' }, '');
    const other = '/?amp;token=new&token%5B%5D=new&access_token=other&amp;token=kept';
    expect(line).toBe(`GET ${expected ?? other} HTTP/1.1`);
  });
});

const form = 'application/x-www-form-urlencoded';

const posted = (data: string, type: string, target = '/', encoding: 'utf8' | 'base64' = 'utf8'): JournalRecord =>
  recordOf(target, {
    method: 'POST',
    headers: [['content-type', type]],
    body: { bytes: data.length, encoding, data, truncated: false },
  });

describe('a body that is signed anew', () => {
  it.each([
    [form, 'a=1&token=***', 'a=1&token=%24%26+%22new'],
    [`${form.toUpperCase()}; charset=utf-8`, 'user=x&token=old&a=%zz&', 'user=b%D0%B9&token=%24%26+%22new&a=%zz&'],
    [form, 'amp;token=***&comment=my+token:+old', 'amp;token=%24%26+%22new&comment=my+token:+old'],
    ['application/json', '{ "token": "***","a":[1.0]}', '{ "token": "$& \\"new","a":[1.0]}'],
    ['application/json', '{"user":"x","Token":"***","n":"й"}', '{"user":"bй","Token":"$& \\"new","n":"й"}'],
    [
      '',
      ' {"a":{"token":"old"},"b":["token"],"to\\u006ben":"o"}',
      ' {"a":{"token":"old"},"b":["token"],"to\\u006ben":"$& \\"new"}',
    ],
    // Nothing in these says that they are to be signed.
    ['application/json', '{"user":"x","token":1}', '{"user":"x","token":1}'],
    ['application/json', '["token","old"]', '["token","old"]'],
    ['application/json', '{"comment":"token: old"', '{"comment":"token: old"'],
    ['text/plain', 'user=x&token=old', 'user=x&token=old'],
  ])('%s %s', async (type, recorded, expected) => {
    const { body } = await resend(posted(recorded, type), { token: '$& "new', user: 'bй' });
    expect(Buffer.from(body, 'latin1').toString('utf8')).toBe(expected);
  });

  it('keeps bytes that are no text', async () => {
    const data = Buffer.from('n=\xff&token=***', 'latin1').toString('base64');
    const { body } = await resend(posted(data, form, '/', 'base64'), { token: 'new' });
    expect(body).toBe('n=\xff&token=new');
  });

  it('stays as it is without a token, and with asterisks where tokens were kept', async () => {
    const data = 'user=x&token=old&a=1***';
    expect((await resend(posted(data, form, '/?token=old'))).body).toBe(data);
    expect((await resend(posted('1***', 'text/plain', '/?token=old'), { token: 'new' })).body).toBe('1***');
  });

  it.each([
    [form, 'token=***&sig=***', { token: 'new' }, 'secret-unknown'],
    [form, 'comment=your token: ***', { token: 'new' }, 'secret-unknown'],
    ['application/json', '{"comment":"your token: ***"}', { token: 'new' }, 'secret-unknown'],
    ['application/json', '{"token":"***","a":{"token":"***"}}', { token: 'new' }, 'secret-unknown'],
    ['application/json', '{"token":"***"', { token: 'new' }, 'secret-unknown'],
    ['text/plain', 'token=***', { token: 'new' }, 'secret-unknown'],
    [form, 'token=***&a=1', {}, 'token-unknown'],
    ['application/json', '{"token":"***"}', {}, 'token-unknown'],
  ])('is not sent with a mask in it: %s %s %j', async (type, data, changes, code) => {
    const { url, requests } = await startRawHandler();
    const resent = await makeCaller().resend({ webhook: new URL(url), record: posted(data, type), ...changes });
    expect(resent).toMatchObject({ kind: 'unsendable', code });
    expect(requests).toEqual([]);
  });

  it('is valid JSON with the same members, whatever else is in it', async () => {
    const { url, requests } = await startRawHandler();
    const caller = makeCaller();
    const strings = fc.dictionary(fc.string(), fc.jsonValue());
    await fc.assert(
      fc.asyncProperty(strings, fc.string({ minLength: 1 }), fc.string(), async (others, token, user) => {
        const recorded = { ...others, user: 'x', token: 'old' };
        const data = JSON.stringify(recorded).replaceAll('*', '+');
        await caller.resend({ webhook: new URL(url), record: posted(data, 'application/json'), token, user });
        const sent = Buffer.from(requests.pop()?.body ?? '', 'latin1').toString('utf8');
        const expected = { ...(JSON.parse(data) as object), user: user.toWellFormed(), token: token.toWellFormed() };
        expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(expected)));
      }),
      { numRuns: 50 },
    );
  });

  it('hides its token where an answer is shown', async () => {
    const resent = await makeCaller({ dryRun: true }).resend({
      webhook: new URL('http://127.0.0.1/'),
      record: posted('token=old', form),
      token: 'new',
    });
    expect(delivered(resent).request.token).toBe('new');
  });
});

describe('a record that cannot be sent again', () => {
  const aborted = { problems: [problem('request-aborted', '', '')] };
  const cut = { body: { bytes: 9, encoding: 'utf8' as const, data: 'a', truncated: true } };
  it.each([
    ['with a masked token', recordOf('/?token=***'), 'token-unknown'],
    ['with a masked token under an odd name', recordOf('/?amp;token=***'), 'token-unknown'],
    ['with a masked token in its body', posted('{"token": "***"}', ''), 'token-unknown'],
    ['with another masked secret', recordOf('/?password=***'), 'secret-unknown'],
    ['of bytes that were no request', recordOf('', { method: null, target: null }), 'not-a-request'],
    [
      'of a request that could not be read',
      recordOf('/', { problems: [problem('request-malformed', '', '')] }),
      'not-a-request',
    ],
    ['of CONNECT', recordOf('a:1', { method: 'CONNECT' }), 'not-a-request'],
    ['with a target that was edited', recordOf('/?a b'), 'not-a-request'],
    ['with a method that was edited', recordOf('/', { method: 'GET /' }), 'not-a-request'],
    ['with a header that was edited', recordOf('/', { headers: [['a', 'b\r\nc']] }), 'not-a-request'],
    [
      'of a head that was too long',
      recordOf('/', { headers: [], problems: [problem('target-too-long', '', '')] }),
      'incomplete',
    ],
    ['whose caller went away', recordOf('/', aborted), 'incomplete'],
    ['with the beginning of a body', recordOf('/', cut), 'incomplete'],
  ])('%s says so, and sends nothing', async (_what, record, code) => {
    const { url, requests } = await startRawHandler();
    expect(await makeCaller().resend({ webhook: new URL(url), record })).toMatchObject({ kind: 'unsendable', code });
    expect(requests).toEqual([]);
  });
});
