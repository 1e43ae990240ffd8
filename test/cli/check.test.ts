import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { startHandler } from '../helpers/handler.ts';
import { startServer } from '../helpers/webhookServer.ts';

async function check(args: readonly string[], options: Parameters<typeof fakeEnvironment>[1] = {}) {
  const environment = fakeEnvironment(['check', ...args], options);
  const code = await run(environment);
  return { code, stdout: environment.stdout.text(), stderr: environment.stderr.text() };
}

/** A handler of leads that breaks when data is empty, and repeats what it was sent. */
function startFragile(): Promise<string> {
  let orders = 0;
  return startHandler((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://handler');
    response.setHeader('Content-Type', 'application/json');
    if (searchParams.get('action') !== 'lead') response.statusCode = 400;
    else if (searchParams.get('data') === '') response.statusCode = 500;
    orders += 1;
    const isLead = response.statusCode === 200;
    const error = { status: 'error', message: `\u001b[31mno: ${request.url}` };
    response.end(JSON.stringify(isLead ? { status: 'ok', order_id: orders } : error));
  });
}

describe('what check prints', () => {
  it('says on stderr what it is about to do, and on stdout one line a check, the failures and a summary', async () => {
    const url = await startFragile();
    const { code, stdout, stderr } = await check([url, '--marker', 'My test', '--only', 'contact,robust-data']);
    expect(stderr).toMatch(/^9 checks of http:\/\/127\.0\.0\.1:\d+\/; a right handler will create 11\s+orders,/);
    expect(stderr).toContain('"My test"');
    expect(stdout).toContain('\ncontact\n  ✓ MUST answer over HTTP\n');
    expect(stdout).toContain('\nrobustness\n  ✗ MUST accept a lead whose data is empty\n');
    expect(stdout).toMatch(
      /\n✗ robust-data-empty: MUST accept a lead whose data is empty\n {2}Sent {5}a lead with empty data\n/,
    );
    expect(stdout).toMatch(/\n {2}Received HTTP 500 and \{"status":"error","message":"\\u001b\[31mno:/);
    expect(stdout).toMatch(/\n {2}Means {4}The handler breaks/);
    expect(stdout).toMatch(/\n {2}Fix {6}json_decode/);
    expect(stdout).toMatch(/\n {2}Again {4}curl -gsSi 'http:\/\/127.*&data=&created_date=/);
    expect(stdout).toMatch(/\n {2}Alone {4}roistat-hook check http:\/\/127\S+ --only robust-data-empty\n/);
    expect(stdout).toMatch(/\n✗ failed: 1 MUST failed, 7 passed, 1 skipped; \d+ requests in [\d.]+ m?s\n$/);
    expect(code).toBe(1);
  });

  it('fits 80 columns, but for the lines that are there to be copied, and has no colour in a pipe', async () => {
    const { stdout, stderr } = await check([await startFragile()]);
    const wide = `${stderr}${stdout}`.split('\n').filter((line) => line.length > 80);
    const isCopied = (line: string): boolean => /^ {2}(?:Again|Alone|)\s+\(?(?:curl|export|roistat-hook) /.test(line);
    // A long word, such as an address in an answer, stands on a line of its own.
    expect(wide.filter((line) => !isCopied(line) && line.trim().includes(' '))).toEqual([]);
    expect(stdout).not.toContain('\u001b');
  });

  it('with --json prints one document and nothing else', async () => {
    const url = await startFragile();
    const { code, stdout } = await check([url, '--json', '--only', 'robust-data-empty,idempotent-twice']);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).toMatchObject({
      verdict: 'failed',
      stopped: null,
      url,
      leads: 4,
      counts: { must: 1, should: 1, may: 0, passed: 0, skipped: 0 },
      checks: [
        { id: 'robust-data-empty', group: 'robustness', level: 'MUST', outcome: 'failed', reason: null },
        { id: 'idempotent-twice', group: 'idempotency', level: 'SHOULD', outcome: 'failed' },
      ],
    });
    expect(code).toBe(1);
  });

  it('a failed SHOULD warns, and fails with --strict', async () => {
    const url = await startFragile();
    const warned = await check([url, '--only', 'idempotent-twice']);
    expect(warned.stdout).toMatch(/\n✓ passed with warnings: 1 SHOULD failed, 0 passed; 2 requests in /);
    expect(warned.code).toBe(0);
    expect((await check([url, '--only', 'idempotent-twice', '--strict'])).code).toBe(1);
  });

  it('stops early with one sentence when nothing listens', async () => {
    const { url, close } = await startServer();
    await close();
    const { code, stdout } = await check([url]);
    expect(stdout.match(/nothing listens/g)).toHaveLength(2);
    expect(stdout).toMatch(/\n {2}Why: nothing listens on \S+ is the server running\?\n$/);
    expect(stdout.split('\n').length).toBeLessThan(20);
    expect(code).toBe(3);
  });

  it('hides passwords of addresses and tokens', async () => {
    const url = (await startFragile()).replace('http://', 'http://shop:canary-1@');
    const secrets = ['--user', 'shop', '--password', 'canary-2', '--header', 'Authorization: Bearer canary-3'];
    const { stdout, stderr } = await check([url, '--only', 'robust-data-empty', ...secrets]);
    expect(`${stdout}${stderr}`).not.toContain('canary');
    expect(stdout).toContain('export ROISTAT_HOOK_TOKEN=$(roistat-hook token shop)');
    expect((await check([url, '--json', ...secrets])).stdout).not.toContain('canary');
  });
});

describe('the choice of checks', () => {
  it('takes ids, groups and beginnings, after commas and blanks, and lists without sending', async () => {
    const ids = async (...args: readonly string[]) => {
      const { stdout } = await check([...args, '--list', '--json']);
      return (JSON.parse(stdout) as Array<{ id: string }>).map(({ id }) => id);
    };
    expect(await ids('--only', 'idempotency')).toEqual(['idempotent-twice', 'idempotent-at-once']);
    expect(await ids('--only', 'text-yo,idempotent-twice', 'text-emoji')).toEqual([
      'text-yo',
      'text-emoji',
      'idempotent-twice',
    ]);
    expect(await ids('--only', 'robust-data', '--skip', 'robust-data-empty')).toHaveLength(4);
    const all = await ids();
    expect(await ids('--skip', 'text')).toEqual(all.filter((id) => !id.startsWith('text-')));
  });

  it('lists ids and titles in 80 columns', async () => {
    const { code, stdout } = await check(['--list']);
    expect(stdout).toMatch(/^contact\n {2}contact-answers +MUST answer over HTTP\n/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('wrong usage of check', () => {
  it.each([
    [[], 'the address of the handler is missing'],
    [['localhost:8000/x'], 'Did you mean http://localhost:8000/x'],
    [['http://127.0.0.1:1/', '--url', 'http://127.0.0.1:2/'], 'given twice'],
    [['http://127.0.0.1:1/', '--only', 'texts'], 'Did you mean text?'],
    [['--only', 'text', 'http://127.0.0.1:1/'], 'Put the address before --only'],
    [['http://127.0.0.1:1/', '--only', 'text', '--skip', 'text'], 'leave no check'],
    [['http://127.0.0.1:1/', '--read-back', 'http://127.0.0.1:1/orders'], 'Write {order_id} where'],
    [['http://127.0.0.1:1/', '--max-latency', 'soon'], 'Write a time such as'],
    [['http://127.0.0.1:1/', '--marker', ' '], 'It is empty'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await check(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
