import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { signToken } from '../../src/protocol/token.ts';
import { type Finished, runCli, startServe } from '../helpers/cli.ts';
import { languages, startExample } from '../helpers/exampleHandlers.ts';
import { startHandler } from '../helpers/handler.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { hasPhp } from '../helpers/needs.ts';
import { startRawHandler } from '../helpers/rawHandler.ts';
import { recordOf } from '../helpers/records.ts';
import { freePort } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { raw } from '../helpers/webhookServer.ts';

const token = signToken({ user: 'demo', password: 'secret' });

/** Request lines as a caller may write them. */
const queries = [
  `user=demo&token=${token}&action=lead&id=1&phone=%2B79990001122`,
  `a=%zz&&token=${token}&a=%&=&b&phone%5B%5D=1&%D0=%FF&[x]=1&action=lead&id=2&`,
  `user=demo&amp;token=${token}&action=lead&id=3#x?y`,
  'action=lead&id=4',
];

/** Records the queries, and more, with the built `serve`; resolves with the folder of its journal. */
async function record(args: readonly string[] = []): Promise<string> {
  const logDir = join(await temporaryFolder(), 'log');
  const server = await startServe(['--log-dir', logDir, ...args]);
  const port = Number(new URL(server.url).port);
  for (const query of queries) {
    await raw(
      port,
      Buffer.from(`GET /crm.php?${query} HTTP/1.1\r\nHost: a\r\nX-Shop: 7\r\nConnection: close\r\n\r\n`, 'latin1'),
    );
  }
  await raw(port, 'POST /?a=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nx=\r\n');
  await raw(port, 'nonsense\r\n\r\n');
  await server.stop();
  return logDir;
}

interface Line {
  readonly type: string;
  readonly seq: number;
  readonly verdict: string;
  readonly [name: string]: unknown;
}

const lines = ({ stdout }: Finished): Line[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

describe('what serve recorded', () => {
  it('is sent again byte for byte', async () => {
    const logDir = await record(['--keep-token']);
    const { url, requests } = await startRawHandler();
    const run = await runCli(['replay', logDir, '--url', `${url}hook.php?key=1`, '--json']);
    expect(requests.map(({ line }) => line)).toEqual([
      ...queries.map((query) => `GET /hook.php?key=1&${query} HTTP/1.1`),
      'POST /hook.php?key=1&a=1 HTTP/1.1',
    ]);
    expect(requests[0]?.headers.slice(2)).toEqual(['X-Shop: 7']);
    expect(requests[4]?.body).toBe('x=\r\n');
    expect(lines(run).map(({ verdict }) => verdict)).toEqual([
      ...Array<string>(5).fill('accepted'),
      'skipped',
      undefined,
    ]);
    expect(run.code).toBe(0);
    expect(run.stdout).not.toContain(token);
  });

  it('is signed anew where tokens were masked', async () => {
    const logDir = await record();
    const journal = await readFile(join(logDir, `${new Date().toISOString().slice(0, 10)}.jsonl`), 'utf8');
    expect(journal).not.toContain(token);
    const { url, requests } = await startRawHandler();
    const env = { ROISTAT_HOOK_PASSWORD: 'other' };
    const { code, stderr } = await runCli(['replay', logDir, '--url', url, '--user', 'shop'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const signed = queries.map((query) =>
      query.replaceAll(token, signToken({ user: 'shop', password: 'other' })).replace('user=demo', 'user=shop'),
    );
    expect(requests.slice(0, 4).map(({ line }) => line)).toEqual(signed.map((query) => `GET /?${query} HTTP/1.1`));
  });

  it.each([
    [['--token', 'new'], 'user=demo&token=new'],
    [['--token', 'new', '--user', 'shop'], 'user=shop&token=new'],
    [['--password', ''], 'user=&token=d41d8cd98f00b204e9800998ecf8427e'],
  ])('gets the login and token of %j', async (args, expected) => {
    const { url, requests } = await startRawHandler();
    const file = await journalFile([recordOf('/?user=demo&token=***&a=1')]);
    expect(await runCli(['replay', file, '--url', url, ...args])).toMatchObject({ code: 0 });
    expect(requests[0]?.line).toBe(`GET /?${expected}&a=1 HTTP/1.1`);
  });

  it('is not sent with masked tokens, and says what to do', async () => {
    const logDir = await record();
    const { url, requests } = await startRawHandler();
    const run = await runCli(['replay', logDir, '--url', url]);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--keep-token') });
    const journal = await readFile(join(logDir, `${new Date().toISOString().slice(0, 10)}.jsonl`), 'utf8');
    const piped = await runCli(['replay', '-', '--url', url], { stdin: journal });
    expect(piped).toMatchObject({ code: 2, stderr: expect.stringContaining('--password') });
    expect(requests).toEqual([]);
  });

  it.runIf(hasPhp)('goes to a PHP handler, which stores it, and tells what differs (needs PHP)', async () => {
    const logDir = await record();
    const php = await startExample(languages[0], { user: 'demo', password: 'secret' });
    const args = ['replay', logDir, '--url', php.url, '--user', 'demo', '--password', 'secret', '--diff'];
    const run = await runCli([...args, '--where', 'id=1']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^✓ #1 +lead 1 +200 {2}order_id \S+ {2}\d.*\n {4}order_id: "order-1" → "[\w-]+"\n\n✓ 1 request in/,
    );
    expect(php.orders()).toMatchObject([{ lead: { id: '1', phone: '+79990001122' } }]);
    const [first, summary] = lines(await runCli([...args, '--json', '-n', '1']));
    expect(first).toMatchObject({ run: expect.any(String), seq: 1, differences: [{ path: 'body.order_id' }] });
    expect(summary).toMatchObject({ type: 'summary', end: 'done', accepted: 1, different: 1, resumeAfter: null });
  });

  it('does not go round in a circle when it goes to the server that records it', async () => {
    const logDir = join(await temporaryFolder(), 'log');
    const server = await startServe(['--log-dir', logDir]);
    // More than what is read at once, so that the end of the file is read after the first ones were sent.
    const text = 'x'.repeat(5000);
    for (let id = 0; id < 40; id += 1) await fetch(`${server.url}?action=lead&id=${id}&text=${text}`);
    const run = await runCli(['replay', logDir, '--url', server.url, '--json']);
    expect(lines(run).at(-1)).toMatchObject({ sent: 40 });
  });
});

const leads = (count: number): JournalRecord[] =>
  Array.from({ length: count }, (_, index) => recordOf(`/?action=lead&id=${index + 1}`, { seq: index + 1 }));

describe('exit codes', () => {
  it('are 1 when an answer is rejected, and its problem is explained once', async () => {
    const url = await startHandler((_request, response) => void response.writeHead(500).end('oops'));
    const { code, stdout, stderr } = await runCli(['replay', await journalFile(leads(3)), '--url', url]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.match(/✗ http-server-error: HTTP 500 and says "oops"/g)).toHaveLength(3);
    expect(stdout.match(/→/g)).toHaveLength(1);
    expect(stdout).toMatch(/✗ 3 requests in .+, 3 rejected\n {2}Problems {2}http-server-error ×3\n/);
  });

  it('are 3 when nobody is there, after one request', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { code, stdout, stderr } = await runCli(['replay', await journalFile(leads(3)), '--url', url]);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot be reached') });
    expect(stdout).toContain('✗ stopped: 1 request in');
  });

  it('are 3 when the handler takes requests and never answers, which may have arrived', async () => {
    const url = await startHandler((_request, response) => void response.destroy());
    const { code, stderr } = await runCli(['replay', await journalFile(leads(9)), '--url', url]);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/ does not answer\nThe 3 requests without an answer may have arrived: /),
    });
  });

  it('are 3 when the handler goes away, with the command that goes on where it was', async () => {
    let count = 0;
    const server = createServer((_request, response) => {
      count += 1;
      if (count > 2) response.destroy();
      else response.setHeader('Content-Type', 'application/json').end('{"status":"ok","order_id":1}');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { code, stderr } = await runCli(['replay', await journalFile(leads(9)), '--url', url]);
    server.close();
    expect(count).toBe(5);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/any more\nGo on with: .+ --after 0badcafe:2\n/),
    });
  });

  it('are 3 when one was not answered, also when the others were', async () => {
    const url = await startHandler((request, response) => {
      if (request.url?.includes('id=2')) response.destroy();
      else response.setHeader('Content-Type', 'application/json').end('{"status":"ok","order_id":1}');
    });
    const { code, stdout } = await runCli(['replay', await journalFile(leads(3)), '--url', url]);
    expect({ code, stdout }).toMatchObject({ code: 3, stdout: expect.stringContaining('2 accepted, 1 not answered') });
  });

  it.each([
    [['--action', 'message'], 'no record matches, of 3'],
    [['--after', '4'], 'no record 4: nothing was sent'],
    [['--after', 'other:1'], 'no record other:1: nothing was sent'],
    [['--rate', '1/s', '--speed', '1x'], 'exclude each other'],
    [['--rate', '10'], '10/s'],
    [['--set', 'x'], 'name=value'],
  ])('are 2 for %j', async (args, words) => {
    const { url, requests } = await startRawHandler();
    const run = await runCli(['replay', await journalFile(leads(3)), '--url', url, ...args]);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
    expect(requests).toEqual([]);
  });

  it('are 2 when there is nothing, also through a pipe', async () => {
    const { url } = await startRawHandler();
    for (const args of [[await journalFile([])], ['-'], ['-', '--after', 'a:1'], ['-', '--after', '1']]) {
      expect(await runCli(['replay', ...args, '--url', url])).toMatchObject({ code: 2, stdout: '' });
    }
  });

  it('are 3 when there is no such file, as for log and wait', async () => {
    expect(await runCli(['replay', 'nowhere'])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no such file'),
    });
  });

  it('are 2 when nothing of it can be sent', async () => {
    const { url } = await startRawHandler();
    const file = await journalFile([recordOf('/', { method: null, target: null })]);
    expect(await runCli(['replay', file, '--url', url])).toMatchObject({ code: 2 });
  });
});

describe('--after', () => {
  const twoRuns = [...leads(2), ...leads(2).map((other) => ({ ...other, run: 'cafe' }))];

  it.each([
    ['0badcafe:2', [1, 2]],
    ['cafe:1', [2]],
    ['cafe:2', []],
  ])('%s goes on behind that record', async (after, expected) => {
    const { url, requests } = await startRawHandler();
    const { code } = await runCli(['replay', await journalFile(twoRuns), '--url', url, '--after', after]);
    expect(code).toBe(0);
    expect(requests.map(({ line }) => Number(/id=(\d)/.exec(line)?.[1]))).toEqual(expected);
  });

  it('needs no run where there is one, and asks for it where there are two', async () => {
    const { url, requests } = await startRawHandler();
    const one = await runCli(['replay', await journalFile(leads(3)), '--url', url, '--after', '2']);
    expect({ code: one.code, sent: requests.length }).toEqual({ code: 0, sent: 1 });
    const two = await runCli(['replay', await journalFile(twoRuns), '--url', url, '--after', '1']);
    expect(two).toMatchObject({ code: 2, stderr: expect.stringContaining('0badcafe:1, cafe:1') });
    expect(requests.length).toBe(1);
  });
});

it('reads no files of days before --since, but for the record of --after', async () => {
  const { url, requests } = await startRawHandler();
  const folder = await temporaryFolder();
  const receivedAt = '2026-11-21T10:00:00.000Z';
  await writeFile(join(folder, '2026-11-21.jsonl'), encodeLine(recordOf('/', { seq: 7, receivedAt })));
  await writeFile(join(folder, '2026-11-22.jsonl'), leads(2).map(encodeLine).join(''));
  const args = ['replay', folder, '--url', url, '--since', '2026-11-22'];
  expect(await runCli([...args, '--after', '7'])).toMatchObject({ code: 0, stderr: '' });
  await writeFile(join(folder, '2026-11-20.jsonl.gz'), 'not gzip');
  expect(await runCli(args)).toMatchObject({ code: 0, stderr: '' });
  expect(requests).toHaveLength(4);
});

it('warns before personal data leaves the private network', async () => {
  const file = await journalFile(leads(2));
  const env = { HTTP_PROXY: `http://127.0.0.1:${await freePort()}/` };
  const { code, stderr } = await runCli(['replay', file, '--url', 'http://crm.example.com/'], { env });
  expect(code).toBe(3);
  expect(stderr).toContain('note: sending 2 recorded requests, personal data included, to crm.example.com\n');
});
