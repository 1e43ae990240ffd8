import { EventEmitter, once } from 'node:events';
import { type RequestListener } from 'node:http';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownMistakes } from '../../src/protocol/diagnoseToken.ts';
import { emptyCredentialsToken } from '../../src/protocol/publicTokens.ts';
import { md5Hex, signToken } from '../../src/protocol/token.ts';
import { type CallOptions, type Finished, runCli, startProgram } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { careless } from '../helpers/suites.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const formats = ['junit', 'tap', 'json', 'markdown'] as const;
type Reports = Readonly<Record<(typeof formats)[number], string>>;

/** Runs `check` with all reports at once, into a folder that is not there yet. */
async function checkWithReports(
  args: readonly string[],
  options: CallOptions = {},
): Promise<Finished & { readonly reports: Reports }> {
  const folder = join(await temporaryFolder(), 'new', 'reports');
  const files = formats.map((format) => join(folder, format));
  const flags = formats.flatMap((format, index) => [`--report-${format}`, files[index] ?? '']);
  const finished = await runCli(['check', ...args, ...flags], options);
  const [junit = '', tap = '', json = '', markdown = ''] = await Promise.all(
    files.map((file) => readFile(file, 'utf8')),
  );
  return { ...finished, reports: { junit, tap, json, markdown } };
}

/** A handler that only counts. */
function counting(): { readonly listener: RequestListener; readonly seen: () => number } {
  let seen = 0;
  const listener: RequestListener = (request, response) => {
    seen += 1;
    careless(request, response);
  };
  return { listener, seen: () => seen };
}

describe('check with reports', () => {
  it('writes all of them in one run, into a new folder, and the JSON of stdout is that of the file', async () => {
    const url = await startHandler(careless);
    const { code, stdout, reports } = await checkWithReports([url, '--json', '--only', 'contact', 'robustness']);
    expect(code).toBe(1);
    expect(reports.json).toBe(stdout);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'failed', url });
    expect(reports.junit).toMatch(/^<\?xml .*\n<testsuites name="roistat-hook check" .*failures="1"/);
    expect(reports.tap).toMatch(/^TAP version 14\n1\.\.\d+\n/);
    expect(reports.tap).toMatch(/\nnot ok \d+ - robust-missing-parameters: .*\n/);
    expect(reports.markdown).toMatch(/^## ❌ Webhook check: failed\n/);
  });

  it('knows of --strict', async () => {
    const args = [await startHandler(careless), '--only', 'answer-content-type'];
    const lax = await checkWithReports(args);
    expect(lax).toMatchObject({ code: 0, reports: { junit: expect.stringContaining('failures="0"') as string } });
    const strict = await checkWithReports([...args, '--strict']);
    expect(strict).toMatchObject({ code: 1, reports: { junit: expect.stringContaining('failures="1"') as string } });
  });

  it('writes them when nothing answers, and ends with 3', async () => {
    const { code, reports } = await checkWithReports([`http://127.0.0.1:${await freePort()}/`]);
    expect(code).toBe(3);
    expect(reports.junit).toContain('failures="1"');
    expect(reports.tap).toContain('\nBail out! ');
    expect(JSON.parse(reports.json)).toMatchObject({ verdict: 'unreachable' });
    expect(reports.markdown).toContain('**Why:**');
  });

  it('writes what is known when it is interrupted, and does not look well', async () => {
    const folder = await temporaryFolder();
    const asked = new EventEmitter();
    const silent = await startTcpServer((socket) => socket.once('data', () => asked.emit('once')));
    const first = once(asked, 'once');
    const flags = ['--report-junit', 'junit', '--report-tap', 'tap'];
    const running = startProgram(['check', `http://127.0.0.1:${silent}/`, ...flags], { cwd: folder });
    await first;
    expect(await running.stop('SIGINT')).toBe(130);
    expect(await readFile(join(folder, 'junit'), 'utf8')).toMatch(/failures="0" errors="1"[^]*type="interrupted"/);
    expect(await readFile(join(folder, 'tap'), 'utf8')).toMatch(/\nBail out! interrupted\n$/);
  });

  it('does not pass when the handler goes away at a SHOULD', async () => {
    let isGone = false;
    const url = await startHandler((request, response) => {
      isGone ||= request.url?.includes('no_such_action') ?? false;
      if (isGone) request.socket.destroy();
      else careless(request, response);
    });
    const only = 'contact-answers,robust-unknown-action,robust-missing-action,text-yo';
    const { code, reports } = await checkWithReports([url, '--only', only]);
    expect(code).toBe(1);
    expect(reports.junit).toMatch(/failures="\d" errors="1"/);
    expect(reports.tap).toContain('\nBail out! ');
  });
});

describe('check with a report that cannot be written', () => {
  it('ends with 3 before anything is sent', async () => {
    const { listener, seen } = counting();
    const url = await startHandler(listener);
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const { code, stdout, stderr } = await runCli(['check', url, '--report-tap', join(folder, 'file', 'tap')]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: the report .*file.tap cannot be written: .*\nChoose another file\.\n$/);
    expect(stdout).toBe('');
    expect(seen()).toBe(0);
  });

  it('is wrong usage when two go into one file, however it is spelt', async () => {
    const { listener, seen } = counting();
    const url = await startHandler(listener);
    const cwd = await temporaryFolder();
    const { code, stderr } = await runCli(['check', url, '--report-tap', 'a', '--report-junit', './b/../a'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: two reports go into .*\/a\nGive each report a file of its own\.\n$/);
    expect(seen()).toBe(0);
    expect(existsSync(join(cwd, 'a'))).toBe(false);
  });
});

describe('secrets in reports', () => {
  const credentials = { user: 'demouser', password: 'c4nary-Пароль"/1' };
  const token = signToken(credentials);

  /** Everything that gives the password away. */
  const secrets = [
    ...'c4nary Пароль h3ader-canary b4sic-canary addr3ss-canary f0reign-canary'.split(' '),
    token,
    ...[...knownMistakes(credentials)].map(({ digest }) => digest),
    ...[':', '|', ' ', '_', '-', '\n'].map((separator) => md5Hex(credentials.user + separator + credentials.password)),
    md5Hex(`${credentials.user}2${credentials.password}`),
  ].filter((secret) => secret !== emptyCredentialsToken);

  /** Gives away what it knows and what it is told, wherever it can; takes every token. */
  const leaky: RequestListener = (request, response) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const told = `${query.get('token')} ${request.headers.authorization} ${query.get('access_token')}`;
    const { password } = credentials;
    const link = encodeURIComponent(password);
    const all = `${token} ${token.toUpperCase()} ${password} ${JSON.stringify(password)} ${told}`;
    response.setHeader('Content-Type', `text/html; hint="${encodeURIComponent(all)}"`);
    if (request.url?.startsWith('/order')) response.writeHead(403).end(told);
    else if (query.get('action') === 'message') response.end();
    else if (query.get('action') !== 'lead') response.writeHead(500).end(`Notice: not ${md5Hex(password)}, ${all}`);
    else if (!query.has('visit')) response.end(`Fatal error: ${'x'.repeat(80)} expected ${all} on line 3`);
    else if (query.get('data') === '') response.end(JSON.stringify({ status: 'error', expected: password, told }));
    else
      response.end(
        JSON.stringify({
          password,
          link,
          status: 'ok',
          order_id: `${token}-${query.get('id') ?? query.get('phone')}`,
          told,
        }),
      );
  };

  it('are in none of them, although the handler repeats them all', async () => {
    const address = new URL(await startHandler(leaky));
    address.username = 'basic';
    address.password = 'b4sic-canary';
    address.search = '?access_token=addr3ss-canary';
    const readBack = `${address.origin}/order?id={order_id}`;
    const headers = ['-H', 'X-Api-Key: h3ader-canary', '--read-back-header', 'Authorization: Bearer f0reign-canary'];
    const { code, stdout, stderr, reports } = await checkWithReports(
      [address.href, '--user', credentials.user, '--read-back', readBack, ...headers],
      { env: { ROISTAT_HOOK_PASSWORD: credentials.password } },
    );
    expect(code).toBe(1);
    const { checks } = JSON.parse(reports.json) as { checks: ReadonlyArray<{ id: string; outcome: string }> };
    const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
    expect(failed).toEqual(
      expect.arrayContaining([
        'contact-read-back',
        'auth-separated',
        'answer-message-json',
        'robust-missing-parameters',
      ]),
    );
    const found = Object.entries({ ...reports, stdout, stderr }).flatMap(([name, text]) =>
      secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase())).map((secret) => [name, secret]),
    );
    expect(found).toEqual([]);
    expect(reports.json).toContain('***');
  });
});
