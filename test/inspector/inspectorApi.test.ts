import { request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type RecordView, type ReplayResult, type RowList, type Session } from '../../src/inspector/apiTypes.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasOpenssl } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface Raw {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request with exactly these headers: fetch would not send Host, Origin or Sec-Fetch-Site. */
function ask(
  url: string,
  { method = 'GET', headers = {}, body }: Raw = {},
): Promise<{
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    call.once('error', reject);
    call.end(body);
  });
}

async function start(...args: readonly string[]) {
  const serve = await startServe(args, { cwd: await temporaryFolder() });
  const { inspectUrl: url } = serve;
  const session = (await (await fetch(`${url}api/session`)).json()) as Session;
  const list = async (query = ''): Promise<RowList> =>
    (await (await fetch(`${url}api/records?${query}`)).json()) as RowList;
  return { serve, url, session, list, host: new URL(url).host, origin: new URL(url).origin };
}

describe('who may ask the inspector', () => {
  it('is answered under its own names alone', async () => {
    const { url, host } = await start();
    const port = new URL(url).port;
    for (const own of [host, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect((await ask(url, { headers: { Host: own } })).status).toBe(200);
    }
    for (const other of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:1`,
      `127.0.0.1:${port}.evil.example`,
    ]) {
      const answer = await ask(`${url}api/records`, { headers: { Host: other } });
      expect({ other, status: answer.status }).toEqual({ other, status: 421 });
      expect(answer.text).not.toContain('rows');
    }
  });

  it('gets no data for another site', async () => {
    const { url } = await start();
    for (const site of ['cross-site', 'same-site']) {
      for (const path of ['api/records', 'api/session', 'api/events', 'api/export', 'api/record?id=x']) {
        expect((await ask(url + path, { headers: { 'Sec-Fetch-Site': site } })).status).toBe(403);
      }
      const link = { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
      expect((await ask(url, { headers: link })).status).toBe(200);
      // Neither its files into another page, nor the page into a frame, nor data into a tab.
      expect((await ask(`${url}icon.svg`, { headers: { ...link, 'Sec-Fetch-Dest': 'image' } })).status).toBe(403);
      expect((await ask(url, { headers: { ...link, 'Sec-Fetch-Dest': 'iframe' } })).status).toBe(403);
      expect((await ask(`${url}api/records`, { headers: link })).status).toBe(403);
      expect((await ask(`${url}nowhere`, { headers: link })).status).toBe(403);
    }
    expect((await ask(`${url}api/records`, { headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).toBe(200);
  });

  it('gets safe headers with everything', async () => {
    const { url } = await start();
    for (const path of [
      '',
      'icon.svg',
      'api/records',
      'nowhere',
      '../package.json',
      '%2e%2e/package.json',
      'index.html/..%2f..%2fcli/main.js',
    ]) {
      const { headers, status } = await ask(url + path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect({ path, status }).toEqual({ path, status: /nowhere|package|cli/.test(path) ? 404 : 200 });
    }
    const { headers } = await ask(`${url}icon.svg`);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('changes nothing with GET, and may not use other methods', async () => {
    const { url } = await start();
    const replay = await ask(`${url}api/replay`);
    expect([replay.status, replay.headers['allow']]).toEqual([405, 'POST']);
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST']) {
      const { status, headers } = await ask(url, { method });
      expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
    }
  });
});

describe('a replay over the API', () => {
  it('is sent for the page alone', async () => {
    const { serve, url, session, list, origin } = await start();
    const targets: string[] = [];
    const handler = await startHandler((incoming, answer) => {
      targets.push(incoming.url ?? '');
      answer.end('{"status":"ok","order_id":1}');
    });
    await sendLead(serve.url);
    const id = (await list()).rows[0]?.id ?? '';
    const good = {
      Origin: origin,
      'Content-Type': 'application/json',
      'X-CSRF-Token': session.csrf,
      'Sec-Fetch-Site': 'same-origin',
    };
    const body = JSON.stringify({ id, url: handler });
    const post = async (headers: Record<string, string | undefined>, text = body): Promise<number> => {
      const given = Object.entries({ ...good, ...headers }).filter(([, value]) => value !== undefined);
      const all = Object.fromEntries(given) as Record<string, string>;
      return (await ask(`${url}api/replay`, { method: 'POST', headers: all, body: text })).status;
    };
    expect(await post({ Origin: 'http://evil.example' })).toBe(403);
    expect(await post({ Origin: undefined })).toBe(403);
    expect(await post({ Origin: 'null' })).toBe(403);
    expect(await post({ Origin: serve.url.slice(0, -1) })).toBe(403);
    expect(await post({ 'Sec-Fetch-Site': 'same-site' })).toBe(403);
    expect(await post({ 'Sec-Fetch-Site': 'none' })).toBe(403);
    expect(await post({ 'X-CSRF-Token': undefined })).toBe(403);
    expect(await post({ 'X-CSRF-Token': session.csrf.replace(/^./, '!') })).toBe(403);
    expect(await post({ 'Content-Type': 'text/plain' })).toBe(415);
    expect(await post({ Host: 'evil.example' })).toBe(421);
    expect(await post({}, 'x'.repeat(20_000))).toBe(413);
    expect(await post({}, '{')).toBe(400);
    expect(await post({}, 'null')).toBe(400);
    expect(await post({}, JSON.stringify({ id, url: 'file:///etc/passwd' }))).toBe(400);
    expect(await post({}, JSON.stringify({ id: 'x:1', url: handler }))).toBe(404);
    expect(targets).toEqual([]);
    expect(await post({})).toBe(200);
    expect(await post({ 'Content-Type': 'Application/JSON; charset=utf-8' })).toBe(200);
    expect(await post({ 'Content-Type': 'application/json; charset=koi8-r' })).toBe(415);
    // Older browsers do not say where they are; the token is enough.
    expect(await post({ 'Sec-Fetch-Site': undefined })).toBe(200);
    expect(targets).toEqual(Array(3).fill('/?user=&token=d41d8cd98f00b204e9800998ecf8427e&action=lead&id=90'));
  });

  it('says why a record cannot be sent', async () => {
    const { serve, url, session, list, origin } = await start();
    await fetch(`${serve.url}?action=lead&password=secret123`);
    const id = (await list()).rows[0]?.id ?? '';
    const headers = { Origin: origin, 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf };
    const body = JSON.stringify({ id, url: serve.url });
    const answer = await ask(`${url}api/replay`, { method: 'POST', headers, body });
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toEqual({
      error: 'unsendable',
      detail: 'the value of password was masked when it was recorded',
    });
  });

  it('keeps a recorded token, and never shows one', async () => {
    const { serve, url, session, list, origin } = await start('--keep-token');
    const token = '0123456789abcdef0123456789abcdef';
    const handler = await startHandler((incoming, answer) => void answer.end(`you sent ${incoming.url}`));
    await sendLead(serve.url, { token });
    const id = (await list()).rows[0]?.id ?? '';
    const view = await ask(`${url}api/record?id=${encodeURIComponent(id)}`);
    const { signature, curl, send } = JSON.parse(view.text) as RecordView;
    expect(signature).toBe('recorded');
    expect(`${curl}${send}`).not.toContain(token);
    const headers = { Origin: origin, 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf };
    const answer = await ask(`${url}api/replay`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ id, url: handler }),
    });
    const { body } = JSON.parse(answer.text) as { body: string };
    expect(body).toBe('you sent /?user=&token=***&action=lead&id=90');
  });
});

describe.runIf(hasOpenssl)('a replay over https (needs openssl)', () => {
  it('trusts the handler of --forward as serve does, and no other one', async () => {
    const { file, cert, key } = await makeCertificate();
    const startTls = async (): Promise<string> => {
      const server = createTlsServer({ cert, key }, (_request, answer) => {
        answer.setHeader('Content-Type', 'application/json').end('{"status":"ok","order_id":1}');
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      onTestFinished(() => server.close().closeAllConnections());
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };
    const [leads, messages, other] = [await startTls(), await startTls(), await startTls()];
    for (const trust of [['--insecure'], ['--cacert', file]]) {
      const handlers = ['--forward', leads, '--forward-message', messages];
      const { serve, url, session, list, origin } = await start(...handlers, ...trust);
      await sendLead(serve.url);
      const id = (await list()).rows[0]?.id ?? '';
      const headers = { Origin: origin, 'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf };
      const replay = async (to: string): Promise<string[]> => {
        const body = JSON.stringify({ id, url: to });
        const { text } = await ask(`${url}api/replay`, { method: 'POST', headers, body });
        const { verdict, problems } = JSON.parse(text) as ReplayResult;
        return [verdict, ...problems.map(({ code }) => code)];
      };
      expect(await replay(`${leads}another/path`)).toEqual(['accepted']);
      expect(await replay(messages)).toEqual(['accepted']);
      expect(await replay(other)).toEqual(['unreachable', 'tls-failed']);
    }
  });
});

describe('the filter of the API', () => {
  it('is that of the journal', async () => {
    const { serve, list } = await start();
    await sendLead(serve.url, { id: '1', phone: '+7999', title: 'Один' });
    await sendLead(serve.url, { id: '2', created_date: 'never' });
    await fetch(serve.url);
    const ids = async (query: string): Promise<Array<number>> => (await list(query)).rows.map(({ seq }) => seq);
    expect(await ids('')).toEqual([3, 2, 1]);
    expect(await ids('verdict=odd')).toEqual([2]);
    expect(await ids('action=lead')).toEqual([2, 1]);
    expect(await ids('phone=%2B79')).toEqual([1]);
    expect(await ids('text=один')).toEqual([1]);
    expect(await ids('where=id%3D2')).toEqual([2]);
    expect(await ids('where=created_date~NEV&where=id%3D1')).toEqual([]);
    expect(await ids('until=2020-01-01')).toEqual([]);
    expect(await ids('since=2020-01-01&verdict=nonsense&until=nonsense')).toEqual([3, 2, 1]);
  });

  it('gives a list in parts, and counts all of what matches', async () => {
    const { serve, list } = await start();
    for (const id of ['1', '2', '3', '4']) await sendLead(serve.url, { id });
    await fetch(serve.url);
    const seqs = ({ rows }: RowList): number[] => rows.map(({ seq }) => seq);
    const newest = await list('action=lead&limit=2');
    expect(seqs(newest)).toEqual([4, 3]);
    expect([newest.held, newest.counts.accepted, newest.counts.rejected]).toEqual([5, 4, 0]);
    const [, oldest] = newest.rows;
    await sendLead(serve.url, { id: '6' });
    const older = await list(`action=lead&before=${encodeURIComponent(oldest?.id ?? '')}`);
    expect(seqs(older)).toEqual([2, 1]);
    // What was older than a record that is gone is gone, too.
    expect(seqs(await list('before=gone%3A7'))).toEqual([]);
    for (const limit of ['', '0', '-1', 'many']) expect(seqs(await list(`limit=${limit}`))).toHaveLength(6);
  });

  it('takes a bounded number of demands, the same one once, and no long ones', async () => {
    const { serve, url, list } = await start();
    await sendLead(serve.url);
    const clauses = (count: number): string =>
      Array.from({ length: count }, (_, index) => `where=p${index}~x`).join('&');
    const status = async (path: string): Promise<number> => (await ask(`${url}api/${path}`)).status;
    expect((await list(Array(1000).fill('where=id~9').join('&'))).rows).toHaveLength(1);
    expect(await status(`records?${clauses(8)}`)).toBe(200);
    for (const path of ['records', 'export', 'events']) {
      expect(await status(`${path}?${clauses(9)}`)).toBe(400);
      expect(await status(`${path}?text=${'x'.repeat(1001)}`)).toBe(400);
    }
  });
});
