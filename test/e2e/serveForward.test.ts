import { readdirSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { idsOf, runCheck } from '../helpers/check.ts';
import { runCli, type RunningServe, startProgram, startServe } from '../helpers/cli.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { languages, startExample } from '../helpers/exampleHandlers.ts';
import { startForwarding } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { canMount, hasPhp } from '../helpers/needs.ts';
import { deliver, handlersFolder, type RunningPhp, startPhp } from '../helpers/php.ts';
import { smallDisk } from '../helpers/smallDisk.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const good = '{"status":"ok","order_id":"crm-1"}';

interface Judged {
  readonly verdict: string;
  readonly problems: ReadonlyArray<{ readonly code: string; readonly detail: string }>;
}

async function journalOf(folder: string): Promise<JournalRecord[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as JournalRecord);
}

describe.runIf(hasPhp)('serve --forward to PHP (needs PHP)', () => {
  let php: RunningPhp;
  beforeAll(async () => {
    php = await startPhp(handlersFolder);
  });
  afterAll(() => php.stop());

  it('a lead and its message go through it as if it were not there, and are recorded with their answers', async () => {
    const folder = await temporaryFolder();
    const handler = `${php.url}echo-get.php?shop=1`;
    const serve = await startServe(['--log-dir', folder, '--forward', handler]);
    const lead = ['--seed', '7', '--name', 'Иван + ~*', '--field', 'odd=a b&c', '--with-message'];
    const direct = await deliver('send-lead', handler, lead);
    const through = await deliver('send-lead', serve.url, lead);
    expect(through.code).toBe(0);
    // The order id of this handler is the MD5 of the query.
    expect(through.document.orderId).toBe(direct.document.orderId);
    expect(through.document.problems).toEqual(direct.document.problems);
    const lines = [await serve.nextLine(), await serve.nextLine()];
    const forward = { url: handler, verdict: 'accepted', problems: [] };
    expect(lines).toMatchObject([
      { action: 'lead', status: 200, orderId: direct.document.orderId, forward },
      { action: 'message', status: 200, orderId: null, forward },
    ]);
    const records = await journalOf(folder);
    expect(records).toMatchObject([
      { action: 'lead', forward },
      { action: 'message', forward },
    ]);
    expect(JSON.parse(records[0]?.answer?.body ?? '')).toMatchObject({ get: { name: 'Иван + ~*', shop: '1' } });
  });

  it('each broken handler is judged as send-lead judges it, for the caller and in the record', async () => {
    const files = readdirSync(join(handlersFolder, 'broken')).filter((name) => name.endsWith('.php'));
    expect(files.length).toBeGreaterThan(25);
    const found: unknown[] = [];
    const expected: unknown[] = [];
    const judged = (judgement: Judged | undefined): string =>
      JSON.stringify([judgement?.verdict, judgement?.problems.map(({ code, detail }) => [code, detail])]);
    for (const file of files) {
      const handler = `${php.url}broken/${file}`;
      const server = await startForwarding(handler);
      const isMessage = file.startsWith('message');
      const call = [isMessage ? 'send-message' : 'send-lead', '--json', '--seed', '7', '--url'];
      const documents = [];
      for (const url of [handler, server.url]) {
        // In this process, for there are many.
        const environment = fakeEnvironment([...call, url, ...(isMessage ? ['--lead-id', '1'] : [])]);
        await run(environment);
        documents.push(JSON.parse(environment.stdout.text()) as Judged);
      }
      found.push(...documents.slice(1).map(judged), judged((await server.records())[0]?.forward));
      const [direct] = documents.map(judged);
      expected.push(direct, direct);
    }
    expect(found).toEqual(expected);
  }, 120_000);

  it('a handler that is killed while it works gives 502, and the next one 502 with another reason', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'slow.php'), `<?php touch('${folder}/begun'); sleep(20); echo '${good}';`);
    const doomed = await startPhp(folder);
    const serve = await startServe(['--log-dir', await temporaryFolder(), '--forward', `${doomed.url}slow.php`]);
    const response = fetch(`${serve.url}?action=lead&id=1`);
    await expect
      .poll(
        () =>
          access(join(folder, 'begun')).then(
            () => true,
            () => false,
          ),
        { timeout: 10_000 },
      )
      .toBe(true);
    await doomed.stop();
    expect((await response).status).toBe(502);
    expect(await serve.nextLine()).toMatchObject({
      status: 502,
      forward: { verdict: 'unreachable', problems: [{ code: 'connection-reset' }] },
    });
    expect((await fetch(`${serve.url}?action=lead&id=1`)).status).toBe(502);
    expect(await serve.nextLine()).toMatchObject({ forward: { problems: [{ code: 'connection-refused' }] } });
  });

  it('check finds the same in the example of the document with it and without it', async () => {
    const handler = `${php.url}source-example.php`;
    const serve = await startServe(['--quiet', '--log-dir', await temporaryFolder(), '--forward', handler]);
    const [direct, through] = [await runCheck(handler), await runCheck(serve.url)];
    expect(idsOf(direct, 'failed').length).toBeGreaterThan(3);
    for (const outcome of ['passed', 'failed', 'skipped'] as const) {
      expect(idsOf(through, outcome)).toEqual(idsOf(direct, outcome));
    }
    expect(through.code).toBe(direct.code);
  }, 60_000);
});

describe.each(languages.filter(({ isHere }) => isHere))('serve --forward to the example in $name', (language) => {
  it('passes the whole suite as the example itself does', async () => {
    const credentials = { user: 'demouser', password: 'secret' };
    const example = await startExample(language, credentials);
    const forward = ['--quiet', '--log-dir', await temporaryFolder(), '--forward', example.url];
    const serve = await startServe([...forward, '--user', 'demouser', '--password', 'secret']);
    const checked = await runCheck(serve.url, ['--user', 'demouser', '--password', 'secret', '--strict']);
    expect(idsOf(checked, 'failed')).toEqual([]);
    expect(checked).toMatchObject({ code: 0, document: { verdict: 'passed' } });
    expect(example.orders()).toHaveLength(checked.document.leads);
  }, 60_000);
});

describe('serve --forward', () => {
  it('says for whom it answers, and keeps the secrets of the address to itself', async () => {
    const secrets = ['c4nary-login', 'c4nary-p4ss', 'c4nary-token'];
    const url = await startHandler((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ status: 'error', message: `${request.headers.authorization} ${request.url}` }));
    });
    const cwd = await temporaryFolder();
    const address = url.replace('//', `//${secrets[0]}:${secrets[1]}@`);
    const handlers = ['--forward', `${address}leads?token=${secrets[2]}`, '--forward-message', `${address}messages`];
    const serve = startProgram(['serve', '--port', '0', '--no-color', ...handlers, '--strict'], { cwd });
    const [, own = ''] = await serve.waitFor(/listens on (\S+)\n[^]*Ctrl-C/);
    expect(serve.stdout()).toContain(`  Forward  ${url}leads?token=***\n           messages to ${url}messages\n`);
    expect(serve.stdout()).toContain('  Token    tokens are left to the handler\n');
    for (const action of ['lead', 'message']) await fetch(`${own}?action=${action}&id=1&leadId=1&text=a`);
    await serve.waitFor(/#2 ← 200 {2}handler rejected {2}\d+[^\n]*\n {9}✗ status-not-ok: status is "error"[^]*→/);
    await serve.stop();
    expect(serve.stderr()).toContain('note: --strict refuses nothing with --forward');
    const records = await journalOf(join(cwd, 'roistat-log'));
    expect(records.map(({ forward }) => forward?.url)).toEqual([`${url}leads?token=***`, `${url}messages`]);
    const everything = serve.stdout() + serve.stderr() + JSON.stringify(records);
    const pair = Buffer.from(`${secrets[0]}:${secrets[1]}`).toString('base64');
    for (const secret of [...secrets, pair]) expect(everything).not.toContain(secret);
  });

  it.each([
    ['--forward', ['--forward', 'http://localhost:PORT/webhook.php']],
    ['--forward', ['--forward', 'http://0.0.0.0:PORT/']],
    ['--forward-message', ['--forward', 'http://127.0.0.1:1/', '--forward-message', 'http://x:c4nary@127.0.0.1:PORT/']],
  ])('%s to itself is wrong usage', async (option, args) => {
    const port = String(await freePort());
    const cwd = await temporaryFolder();
    const call = ['serve', '--port', port, ...args.map((arg) => arg.replace('PORT', port))];
    const { code, stdout, stderr } = await runCli(call, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^error: ${option} http://\\S+:${port}/\\S* is the address of this server itself\n`),
    );
    expect(stderr).not.toContain('c4nary');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('a loop of two ends with 508, which both record', async () => {
    const port = await freePort();
    const folders = [await temporaryFolder(), await temporaryFolder()];
    const args = (folder = ''): string[] => ['--quiet', '--log-dir', folder];
    const far = await startServe([...args(folders[1]), '--forward', `http://127.0.0.1:${port}/`]);
    const near = await startServe([...args(folders[0]), '--port', String(port), '--forward', far.url]);
    expect((await fetch(`${near.url}?action=lead&id=1`)).status).toBe(508);
    const records = await Promise.all(folders.map(journalOf));
    expect(
      records.map((all) =>
        all.map(({ answer, forward, problems }) => [
          answer?.status,
          forward?.verdict,
          problems.map(({ code }) => code),
        ]),
      ),
    ).toEqual([
      [
        [508, undefined, ['forward-loop']],
        [508, 'rejected', []],
      ],
      [[508, 'rejected', []]],
    ]);
  });

  it('takes the time of --forward-timeout, and then answers 504', async () => {
    const silent = `http://127.0.0.1:${await startTcpServer(() => {})}/`;
    const options = ['--forward', silent, '--forward-timeout', '300ms'];
    const serve = await startServe(['--log-dir', await temporaryFolder(), ...options]);
    expect((await fetch(`${serve.url}?action=lead&id=1`)).status).toBe(504);
    const line = await serve.nextLine();
    expect(line).toMatchObject({ status: 504, forward: { verdict: 'unreachable', problems: [{ code: 'timeout' }] } });
  });

  it('ends on SIGTERM within its bound though a handler is silent, and its caller gets an answer', async () => {
    const folder = await temporaryFolder();
    const silent = `http://127.0.0.1:${await startTcpServer(() => {})}/`;
    const serve = await startServe(['--log-dir', folder, '--forward', silent, '--exit-after', '9']);
    const response = fetch(`${serve.url}?action=lead&id=1`);
    // Answered 413 without the handler: by then the first request has been seen, too.
    await fetch(serve.url, { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) });
    const start = performance.now();
    expect(await serve.stop()).toBe(0);
    expect(performance.now() - start).toBeLessThan(7500);
    expect((await response).status).toBe(503);
    const [, record] = await journalOf(folder);
    expect(record).toMatchObject({ answer: { status: 503 }, forward: { problems: [{ code: 'server-stopped' }] } });
  });

  it.runIf(canMount)('answers 503 when the disk is full, whatever the handler says (needs root)', async () => {
    const folder = await smallDisk(64);
    const url = await startHandler((_request, response) => response.end(good));
    const serve: RunningServe = await startServe(['--quiet', '--log-dir', folder, '--forward', url]);
    const statuses: number[] = [];
    for (let id = 1; id <= 60; id += 1) {
      const response = await fetch(`${serve.url}?action=lead&id=${id}&text=${'a'.repeat(2000)}`);
      const body = await response.text();
      expect(body.includes('crm-1')).toBe(response.status === 200);
      statuses.push(response.status);
    }
    await serve.stop();
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(await journalOf(folder)).toHaveLength(statuses.filter((status) => status === 200).length);
  });

  it('takes an answer of the handler for no refusal of its own', async () => {
    const statuses = [200, 503, 431];
    const url = await startHandler((_request, response) => response.writeHead(statuses.shift() ?? 500).end());
    const folder = join(await temporaryFolder(), 'log');
    const serve = await startServe(['--log-dir', folder, '--forward', url]);
    await rm(folder, { recursive: true });
    expect((await fetch(`${serve.url}?action=lead`)).status).toBe(503);
    await mkdir(folder);
    // Recorded, so the journal is back, whatever the handler says.
    expect((await fetch(`${serve.url}?action=lead`)).status).toBe(503);
    await serve.waitFor(/The journal can be written again\.\n$/, 'stderr');
    expect((await fetch(`${serve.url}?action=lead`)).status).toBe(431);
    await serve.stop();
    expect(serve.stderr()).not.toContain('longer than 64 KiB');
  });

  it('takes the addresses from settings, and needs --forward for --forward-message', async () => {
    const url = await startHandler((_request, response) => response.end(good));
    const env = { ROISTAT_HOOK_FORWARD: url };
    const serve = await startServe(['--log-dir', await temporaryFolder()], { env });
    expect(await (await fetch(`${serve.url}?action=lead`)).text()).toBe(good);
    const { code, stderr } = await runCli(['serve', '--port', '0', '--forward-message', url], {
      cwd: await temporaryFolder(),
    });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--forward-message needs --forward'),
    });
  });
});
