import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { signToken } from '../../src/protocol/token.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { runCli, startProgram } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { type LeadValues, startLeadShop } from '../helpers/leadShop.ts';
import { hasOpenssl } from '../helpers/needs.ts';
import { typeLine } from '../helpers/shell.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const send = (url: string, ...args: readonly string[]): string[] => ['send-lead', '--url', url, ...args];

describe('send-lead --count, the built program', () => {
  it('sends so many leads, no two alike, and sums up', async () => {
    const { url, leads } = await startLeadShop();
    const { code, stdout, stderr } = await runCli(
      send(url, '--count', '300', '--concurrency', '7', '--phone', '+79990001122'),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(leads).toHaveLength(300);
    expect(new Set(leads.map(({ id }) => id)).size).toBe(300);
    expect(new Set(leads.map(({ visit }) => visit)).size).toBeGreaterThan(200);
    expect(new Set(leads.map(({ phone }) => phone))).toEqual(new Set(['+79990001122']));
    expect(stdout).toMatch(
      /^✓ 300 leads in [\d.]+ m?s, \d+(?:\.\d)? answers\/s, 300 accepted\n {2}Answers {3}p50 .+, p90 .+, p99 .+, max .+ of 300 answers\n {2}Seed {6}\d+ \(--seed makes these leads again, but for their dates\)\n$/,
    );
  });

  it('makes the same leads of the same seed in the same order, whatever the concurrency, and prints them', async () => {
    const { url, leads } = await startLeadShop();
    const { stdout } = await runCli(send(url, '--seed', '7', '--count', '50', '--dry-run'));
    const printed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => ({ ...parseTarget(new URL(line).search).parameters }));
    expect(leads).toHaveLength(0);
    const key = ({ id }: LeadValues): number => Number(id);
    for (const concurrency of ['1', '9']) {
      leads.length = 0;
      await runCli(send(url, '--seed', '7', '--count', '50', '--concurrency', concurrency));
      expect(leads.map((lead) => ({ ...lead })).toSorted((a, b) => key(a) - key(b))).toEqual(printed);
    }
  });

  it('gives problems with an example, and a command that sends the first rejected lead again', async () => {
    const { url, leads } = await startLeadShop(({ id = '' }) => (Number(id) % 10 === 0 ? '' : id));
    const secret = ['--user', 'demo', '--password', 'c4nary'];
    const args = send(url, '--seed', '7', '--count', '100', '--concurrency', '5', '--name', "O'Neil", ...secret);
    const { code, stdout } = await runCli(args);
    expect(code).toBe(1);
    expect(stdout).toContain('✗ 100 leads in ');
    expect(stdout).toContain(', 90 accepted, 10 rejected\n');
    const rejected = leads.map((lead) => ({ ...lead })).filter(({ id }) => id?.endsWith('0'));
    const first = rejected.toSorted((a, b) => Number(a['id']) - Number(b['id']))[0];
    const flat = stdout.replace(/\n +/g, ' ');
    expect(flat).toContain(
      `✗ status-not-ok: 10 times, first for lead ${first?.['id']}: status is "error", and the handler says "no ***"`,
    );
    expect(stdout).not.toContain(signToken({ user: 'demo', password: 'c4nary' }));
    expect(flat).toContain('(passwords, tokens and what is masked as *** have to be given again)');
    const [, again = ''] = /^ {2}Again {5}(node .+)$/m.exec(stdout) ?? [];
    leads.length = 0;
    const line = `${again} > /dev/null`;
    const env = { PATH: process.env['PATH'] ?? '', ROISTAT_HOOK_PASSWORD: 'c4nary' };
    expect(await typeLine(line, process.cwd(), env).ended).toBe(1);
    expect(leads.map((lead) => ({ ...lead }))).toEqual([first]);
  });

  it.each([
    ['dated when it was sent', [], {}],
    ['with a date of its own', ['--created-date', '2025-03-04 05:06:07'], {}],
    ['where settings would make many of it', ['--count', '5'], { count: 9, duration: '1h', concurrency: 1 }],
    ['where settings would send a message behind it', [], { withMessage: true }],
  ] satisfies Array<[string, string[], object]>)(
    'sends a rejected lead again as it was, alone, %s',
    async (_what, args: readonly string[], settings) => {
      const { url, leads } = await startLeadShop((_values, count) => (count === 3 ? '' : String(count)));
      const cwd = await temporaryFolder();
      await writeFile(join(cwd, 'roistat-hook.config.json'), JSON.stringify(settings));
      const count = args.includes('--count') ? [] : ['--count', '4'];
      const { stdout } = await runCli(send(url, '--concurrency', '1', '--json', ...count, ...args), { cwd });
      const { again } = JSON.parse(stdout) as { again: string };
      const [, , rejected] = leads;
      leads.length = 0;
      const { ended } = typeLine(again, cwd, { PATH: process.env['PATH'] ?? '' });
      expect(await ended).toBe(0);
      expect(leads).toEqual([rejected]);
      expect(rejected?.['text']).toContain(`Время: ${rejected?.['created_date']?.slice(11, 16)} `);
    },
  );

  it('prints one JSON document with --json', async () => {
    const { url } = await startLeadShop((_values, count) => (count % 4 === 0 ? '' : String(count)));
    const { code, stdout } = await runCli(send(url, '--count', '40', '--seed', '3', '--rate', '1000/s', '--json'));
    expect(code).toBe(1);
    const number = expect.any(Number);
    expect(JSON.parse(stdout)).toEqual({
      end: 'done',
      sent: 40,
      accepted: 30,
      rejected: 10,
      unreachable: 0,
      unfinished: 0,
      problems: [
        {
          code: 'status-not-ok',
          severity: 'error',
          count: 10,
          means: expect.any(String),
          hint: expect.any(String),
          first: {
            leadId: expect.stringMatching(/^\d+$/),
            seed: number,
            orderId: null,
            path: 'body.status',
            detail: expect.any(String),
            again: expect.stringContaining('send-lead --url'),
          },
        },
      ],
      p50Ms: number,
      p90Ms: number,
      p99Ms: number,
      maxMs: number,
      durationMs: number,
      requestsPerSecond: number,
      concurrency: 10,
      ratePerSecond: 1000,
      seed: 3,
      again: expect.stringContaining('send-lead --url'),
    });
  });

  it('keeps to the rate, and to the duration', async () => {
    const { url, leads } = await startLeadShop();
    const { code, stdout } = await runCli(send(url, '--duration', '1s', '--rate', '20/s', '--json'));
    expect(code).toBe(0);
    expect(leads.length).toBeGreaterThan(2);
    expect(leads.length).toBeLessThanOrEqual(21);
    expect((JSON.parse(stdout) as { durationMs: number }).durationMs).toBeGreaterThan(990);
  });

  it('says that the rate was missed where the handler is too slow', async () => {
    const { url } = await startLeadShop();
    // As many a second as no handler takes, two at a time.
    const { code, stdout } = await runCli(send(url, '--count', '4', '--concurrency', '2', '--rate', '1000000/s'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/ {2}Rate {6}\d+(\.\d)?\/s instead of 1000000\/s: all 2 were under way; give\s+more/);
  });

  it('stops early and ends with 3 where nothing listens, and says how many were sent where it goes away', async () => {
    const port = await freePort();
    const never = await runCli(send(`http://127.0.0.1:${port}/`, '--count', '100000', '--json'));
    expect(never.code).toBe(3);
    expect(never.stderr).toBe(`error: the handler at 127.0.0.1:${port} cannot be reached\nIs it running?\n`);
    expect(JSON.parse(never.stdout)).toMatchObject({
      end: 'unreachable',
      accepted: 0,
      problems: [{ code: 'connection-refused' }],
    });
    let calls = 0;
    const dying = await startTcpServer((socket) => {
      socket.on('data', () => {
        calls += 1;
        const body = `{"status":"ok","order_id":"${1000 + calls}"}`;
        if (calls > 50) socket.destroy();
        else
          socket.write(
            `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
          );
      });
    });
    const gone = await runCli(send(`http://127.0.0.1:${dying}/`, '--count', '100000', '--concurrency', '5'));
    expect(gone.code).toBe(3);
    expect(gone.stdout).toMatch(/^✗ stopped: \d+ leads in .+, 50 accepted,\s+\d+ not answered\n/);
    expect(gone.stderr).toContain('does not answer any more\nLeads without an answer may have arrived');
  });

  it.each([
    [['--count', '0'], 'Write a whole number from 1.\n'],
    [['--count', '5', '--rate', '0'], 'Write 10/s'],
    [['--count', '5', '--rate', '50'], 'Did you mean 50/s?'],
    [['--duration', '0s'], 'Write a time'],
    [['--concurrency', '5'], '--concurrency is for many leads\nGive --count or --duration, too.\n'],
    [['--concurrency', '5', '--with-message'], 'too, without --with-message.\n'],
    [['--rate', '5/s'], '--rate is for many leads'],
    [['--count', '5', '--with-message'], '--with-message goes with one lead'],
    [['--duration', '5s', '--dry-run'], '--dry-run would never end'],
  ])('refuses %j', async (args, message) => {
    const { url, leads } = await startLeadShop();
    const { code, stdout, stderr } = await runCli(send(url, ...args));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(leads).toEqual([]);
  });

  it('takes the count of the settings with a note, but not against --with-message; other settings do no harm', async () => {
    const { url, leads } = await startLeadShop();
    const env = { ROISTAT_HOOK_COUNT: '3' };
    const counted = await runCli(send(url), { env });
    expect(counted.stderr).toContain('note: sending 3 leads, for count or duration come from the settings');
    expect(leads).toHaveLength(3);
    expect((await runCli(send(url, '--with-message'), { env })).stdout).toContain('Message');
    expect(
      (await runCli(send(url), { env: { ROISTAT_HOOK_CONCURRENCY: '4', ROISTAT_HOOK_RATE: '5/s' } })).stdout,
    ).toContain('Lead ');
  });

  it('says what it is about to do to a host that is not private, and that an id holds for all', async () => {
    const silent = await startTcpServer((socket) => socket.destroy());
    const args = ['--proxy', `http://127.0.0.1:${silent}`, '--count', '5', '--id', '90'];
    const { code, stderr } = await runCli(send('http://crm.example/', ...args));
    expect(code).toBe(3);
    expect(stderr).toContain(
      'note: sending 5 leads to crm.example; the handler creates an order for each that it takes\n',
    );
    expect(stderr).toContain('note: all leads have the id 90, for --id holds for all\n');
  });

  it.runIf(hasOpenssl)(
    'takes headers, the login of the address, a certificate, and a proxy (needs openssl)',
    async () => {
      const { file, cert, key } = await makeCertificate();
      const seen: IncomingMessage[] = [];
      const server = createServer({ cert, key }, (request, response) => {
        seen.push(request);
        response.setHeader('Content-Type', 'application/json').end(`{"status":"ok","order_id":${seen.length}}`);
      });
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      onTestFinished(() => server.close().closeAllConnections());
      const url = `https://u:p@127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`;
      const refused = await runCli(send(url, '--count', '5', '--json'));
      expect(refused.code).toBe(3);
      expect(refused.stdout).toContain('tls-failed');
      for (const trust of [['--insecure'], ['--cacert', file]]) {
        const { code } = await runCli(send(url, '--count', '5', '-H', 'X-Shop: 7', ...trust));
        expect(code).toBe(0);
      }
      expect(seen).toHaveLength(10);
      expect(seen[0]?.url).toMatch(/^\/a\?b=c&user=&token=/);
      expect(seen[0]?.headers).toMatchObject({ 'x-shop': '7', authorization: 'Basic dTpw', accept: '*/*' });
      expect(seen[0]?.headers['user-agent']).toMatch(/^roistat-hook\//);
      const asked: string[] = [];
      const proxy = await startHandler((request, response) => {
        asked.push(request.url ?? '');
        response.setHeader('Content-Type', 'application/json').end(`{"status":"ok","order_id":${asked.length}}`);
      });
      expect((await runCli(send('http://crm.invalid/', '--count', '5', '--proxy', proxy))).code).toBe(0);
      const env = { HTTP_PROXY: proxy };
      expect((await runCli(send('http://crm.invalid/', '--count', '5'), { env })).code).toBe(0);
      expect(asked.filter((target) => target.startsWith('http://crm.invalid/?user='))).toHaveLength(10);
    },
  );

  it('streams a long dry run, and ends when nobody reads it', async () => {
    const program = startProgram(send('http://127.0.0.1:1/', '--count', '100000000', '--dry-run', '--json'));
    const [line = ''] = await program.waitFor(/^.*\n/);
    expect(JSON.parse(line)).toMatchObject({ type: 'lead', url: expect.stringContaining('action=lead') });
    expect(await program.stop('SIGINT')).toBe(130);
  });
});
