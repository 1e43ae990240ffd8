import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { signToken } from '../../src/protocol/token.ts';
import { runCli } from '../helpers/cli.ts';
import { ask, examplesFolder, languages, startExample } from '../helpers/exampleHandlers.ts';

const credentials = { user: 'demouser', password: 'п@роль secret' };

interface Document {
  readonly verdict: string;
  readonly orderId: string | null;
  readonly problems: readonly unknown[];
  readonly request: { readonly parameters: Readonly<Record<string, string>> };
}

for (const language of languages) {
  describe.runIf(language.isHere)(`the starter handler in ${language.name} (needs ${language.name})`, () => {
    it('is what `example` prints', async () => {
      const { code, stdout, stderr } = await runCli(['example', language.name]);
      expect(code).toBe(0);
      expect(stdout).toBe(await readFile(join(examplesFolder, language.file), 'utf8'));
      expect(stderr).toContain(`Save it as ${language.file}`);
      expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([]);
    });

    it('accepts what send-lead and send-message send, without a remark, and keeps every value', async () => {
      const handler = await startExample(language, credentials);
      const env = { ROISTAT_HOOK_URL: handler.url, ROISTAT_HOOK_PASSWORD: credentials.password };
      const login = ['--user', credentials.user, '--json', '--show-secrets'];
      const lead = await runCli(['send-lead', ...login, '--page', 'http://site.ru/'], { env });
      const document = JSON.parse(lead.stdout) as Document;
      expect({ code: lead.code, problems: document.problems }).toEqual({ code: 0, problems: [] });
      const orderId = document.orderId ?? '';
      const text = 'Иван: Здравствуйте\nОператор: Добрый день';
      const message = await runCli(['send-message', ...login, '--lead-id', orderId, '--text', text], { env });
      expect({ code: message.code, problems: (JSON.parse(message.stdout) as Document).problems }).toEqual({
        code: 0,
        problems: [],
      });
      const { user: _user, token: _token, action: _action, ...sent } = document.request.parameters;
      expect(handler.orders()).toEqual([
        { orderId, lead: { manager_id: '', ...sent, page: 'http://site.ru/' }, comments: [text] },
      ]);
      expect(handler.complaints()).toBe('');
    });

    it('gives the same lead the same order, others others, and a lead without id an order of its own', async () => {
      const handler = await startExample(language);
      const order = async (lead: Record<string, string>) =>
        (await ask(handler.url, { ...handler.signed, action: 'lead', ...lead })).json.order_id;
      const first = await order({ id: '90' });
      expect(first).toEqual(expect.stringMatching(/./));
      expect(await order({ id: '90', phone: '+79990001122' })).toBe(first);
      const ids = [
        first,
        await order({ id: '9' }),
        await order({ id: '090' }),
        await order({ id: '../90' }),
        await order({ id: 'Я'.repeat(3000) }),
        await order({}),
        await order({}),
        await order({ id: '' }),
      ];
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(handler.orders().map(({ orderId }) => orderId))).toEqual(new Set(ids));
      expect(handler.orders()).toHaveLength(ids.length);
    });

    it('gives a lead that comes four times at once one order', async () => {
      const handler = await startExample(language);
      const rounds = 40;
      // Of different lengths: two that write at the same place at once would leave a mixture.
      const texts = [900, 600, 300, 1].map((count) => 'Заявка '.repeat(count));
      for (let id = 1; id <= rounds; id += 1) {
        const parameters = { ...handler.signed, action: 'lead', id: String(id) };
        const answers = await Promise.all(texts.map((text) => ask(handler.url, { ...parameters, text })));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        expect(new Set(answers.map(({ json }) => json.order_id)).size).toBe(1);
      }
      expect(handler.orders()).toHaveLength(rounds);
      for (const { lead } of handler.orders()) expect(texts).toContain(lead['text']);
      expect(handler.complaints()).toBe('');
    });

    it('keeps every one of many messages that come at once', async () => {
      const handler = await startExample(language);
      const { json } = await ask(handler.url, { ...handler.signed, action: 'lead' });
      const texts = Array.from({ length: 40 }, (_, index) => `${index}: ${'ё'.repeat(2000)}`);
      const message = { ...handler.signed, action: 'message', leadId: String(json.order_id) };
      const answers = await Promise.all(texts.map((text) => ask(handler.url, { ...message, text })));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(handler.orders()[0]?.comments.toSorted()).toEqual(texts.toSorted());
    });

    it('remembers after a restart', async () => {
      const before = await startExample(language);
      const lead = { ...before.signed, action: 'lead', id: '90' };
      const { order_id: orderId } = (await ask(before.url, lead)).json;
      await before.stop();
      const { url, orders, signed } = await startExample(language, { store: before.store });
      expect((await ask(url, lead)).json).toEqual({ status: 'ok', order_id: orderId });
      expect((await ask(url, { ...lead, id: '91' })).json.order_id).not.toBe(orderId);
      const message = { ...signed, action: 'message', leadId: String(orderId), message: 'Из варианта «Свой CRM»' };
      expect(await ask(url, message)).toEqual({ status: 200, json: { status: 'ok' } });
      expect(orders().find((order) => order.orderId === orderId)?.comments).toEqual(['Из варианта «Свой CRM»']);
    });

    it('refuses a wrong token or login on every action, and stores nothing', async () => {
      const handler = await startExample(language, credentials);
      const { user, token } = handler.signed;
      const wrong = [
        {},
        { user },
        { token },
        { user, token: '' },
        { user: '', token },
        { user: 'Demouser', token },
        { user: `${user} `, token },
        { user, token: token.toUpperCase() },
        { user, token: `${token}\n` },
        { user, token: token.slice(1) },
        { user, token: 'неверный' },
        { user: 'Иван', token },
        { user: '', token: signToken({ user: '', password: '' }) },
        { user, 'token[]': token },
        { 'user[]': user, token },
      ];
      for (const signature of wrong) {
        for (const action of [{ action: 'lead', id: '1' }, { action: 'message', leadId: '1' }, { action: 'x' }, {}]) {
          const reply = await ask(handler.url, { ...signature, ...action });
          expect({ signature, ...reply }).toEqual({
            signature,
            status: 401,
            json: { status: 'error', message: expect.stringMatching(/./) },
          });
        }
      }
      expect(handler.orders()).toEqual([]);
      expect(handler.complaints()).toBe('');
    });

    it('takes an empty login that is not sent at all', async () => {
      const { url, signed } = await startExample(language);
      expect((await ask(url, { token: signed.token, action: 'lead' })).status).toBe(200);
    });

    it('answers an unknown action with 400, another method with 405, an unknown order with 404', async () => {
      const handler = await startExample(language, credentials);
      const { url, signed } = handler;
      const error = { status: 'error', message: expect.stringMatching(/./) };
      for (const action of [{}, { action: '' }, { action: 'export' }, { action: 'LEAD' }, { 'action[]': 'lead' }]) {
        expect(await ask(url, { ...signed, ...action })).toEqual({
          status: 400,
          json: error,
        });
      }
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        const init = method === 'POST' ? { method, body: 'action=lead' } : { method };
        expect({ method, ...(await ask(url, { ...signed, action: 'lead' }, init)) }).toEqual({
          method,
          status: 405,
          json: error,
        });
      }
      expect((await ask(url, { ...signed, action: 'lead' }, { method: 'HEAD' })).status).toBe(405);
      const { json } = await ask(url, { ...signed, action: 'lead' });
      const known = String(json.order_id);
      for (const leadId of [
        '',
        '155',
        '0',
        `0${known}`,
        ` ${known}`,
        `${known}\n`,
        `x/../${known}`,
        '../../etc',
        'ё',
      ]) {
        const reply = await ask(url, { ...signed, action: 'message', leadId, text: 'x' });
        expect({ leadId, ...reply }).toEqual({ leadId, status: 404, json: error });
      }
      expect(await ask(url, { ...signed, action: 'message', text: 'x' })).toEqual({ status: 404, json: error });
      expect(handler.orders()).toMatchObject([{ orderId: known, comments: [] }]);
      expect(handler.complaints()).toBe('');
    });

    it('takes odd and missing parameters: no 5xx, no complaint', async () => {
      const handler = await startExample(language);
      const whole = {
        id: '7',
        visit: 'seo_yandex',
        title: 'т',
        text: 'т',
        name: '',
        phone: '1',
        email: '',
        data: '{}',
      };
      const datas = [
        '',
        'x',
        '{',
        '[]',
        '[1]',
        '1',
        'null',
        'true',
        '"s"',
        '{"page":null}',
        '{"page":[1]}',
        '{"page":{}}',
      ];
      const odd: Array<Record<string, string>> = [
        ...Object.keys(whole).map((name) => {
          const { [name as 'id']: _left, ...rest } = whole;
          return rest;
        }),
        ...Object.keys(whole).map((name) => ({ ...whole, [name]: '', [`${name}[]`]: '1', [`${name}[a][b]`]: '2' })),
        ...datas.map((data) => ({ data })),
        { data: '['.repeat(6000) + ']'.repeat(6000) },
        { data: `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}` },
        { data: JSON.stringify({ page: 'http://site.ru/', field: 'ы'.repeat(5000) }) },
        { data: '{"page":"\\ud800"}' },
        { data: `{"n":1${'0'.repeat(5000)}}` },
        { '': '', 'a b': '1', __proto__x: '1', constructor: 'x' },
      ];
      for (const parameters of odd) {
        const { status, json } = await ask(handler.url, { ...handler.signed, action: 'lead', ...parameters });
        expect({ parameters, status, json }).toMatchObject({ status: 200, json: { status: 'ok' } });
      }
      // Not UTF-8: a handler must not fail, whatever it makes of the bytes.
      const broken = ['name=%C8%E2%E0%ED&phone=%', 'id=%FF&data=%FF', 'text=%00%zz&&=&?', '&'.repeat(500)];
      for (const query of broken) {
        const { token } = handler.signed;
        const response = await fetch(`${handler.url}?token=${token}&action=lead&${query}`);
        expect({ query, status: response.status }).toEqual({ query, status: 200 });
      }
      const stored = handler.orders();
      expect(new Set(stored.map(({ lead }) => typeof lead['page']))).toEqual(new Set(['string']));
      // All but those without an id share the id 7.
      const withoutId = odd.filter(({ id = '' }) => id === '').length;
      expect(stored).toHaveLength(1 + withoutId + broken.length);
      expect(handler.complaints()).toBe('');
    });

    it('keeps any text exactly', { timeout: 60_000 }, async () => {
      const { url, signed, orders } = await startExample(language);
      const check = async (text: string, name = text): Promise<void> => {
        const { json } = await ask(url, { ...signed, action: 'lead', text, name });
        const leadId = String(json.order_id);
        expect((await ask(url, { ...signed, action: 'message', leadId, text: `${text}!` })).status).toBe(200);
        const stored = orders().find(({ orderId }) => orderId === leadId);
        expect(stored).toMatchObject({ lead: { text, name }, comments: [`${text}!`] });
      };
      await check('Ёлка «ё»\r\nвторая строка\n\n"кавычки" \'и\' <b>разметка</b> &amp; \\ \u2028 😀👨‍👩‍👧 +7 999\t% \u0000');
      // 64 KiB of text make a line longer than Python's server reads; 7 KiB of Cyrillic text are 21 KiB there.
      await check('ы'.repeat(3584), 'Иван');
      await check('Клиент. '.repeat(900), '');
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), (text) => check(text)),
        { numRuns: 30 },
      );
    });
  });
}
