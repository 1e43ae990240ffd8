import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../src/journal/line.ts';
import { appendToDay, journalLines } from '../helpers/journals.ts';
import { binary, follow, runCli, startServe } from '../helpers/cli.ts';
import { upTo } from '../journal/contract.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const steady = (text: string): string =>
  text.replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS').replaceAll(/\d{4}-\d\d-\d\d, \w+/g, 'DAY');

/** Numbers of the records in NDJSON. */
const seqsOf = (ndjson: string): number[] =>
  ndjson
    .split('\n')
    .filter(Boolean)
    .map((text) => (JSON.parse(text) as { seq: number }).seq);

/** Peak memory in KiB, as the program was told to say at its end. */
const peakOf = (stderr: string): number => Number(/peak (\d+)/.exec(stderr)?.[1]);

const phone = '+79990001122';

/** A folder with a journal in roistat-log/, of two days. */
async function journal(): Promise<string> {
  const cwd = await temporaryFolder();
  const yesterday = '2026-11-21T23:59:59.000Z';
  const lead = { receivedAt: yesterday, parameters: { id: '1', phone, title: 'Звонок от 79990001122' } };
  const refused = { answer: { status: 401, body: '' }, orderId: null, parameters: { id: '2', phone } };
  const chat = { action: 'message', orderId: null, parameters: { leadId: 'order-1', text: 'Иван: доставка' } };
  await appendToDay(join(cwd, 'roistat-log'), '2026-11-21', journalLines(lead));
  await appendToDay(join(cwd, 'roistat-log'), '2026-11-22', journalLines({ ...refused, seq: 2 }, { ...chat, seq: 3 }));
  return cwd;
}

describe('log, the built program', () => {
  it('shows what a serve has recorded, with days, masked', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await fetch(`${serve.url}?action=lead&id=1&phone=%2B79990001122&title=JivoSite+Lead`);
    await fetch(`${serve.url}?action=message&leadId=order-1&text=a`);
    const { code, stdout, stderr } = await runCli(['log'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(steady(stdout)).toBe(
      'DAY\nHH:MM:SS #1 lead 1  200  +7999***22  jivosite  → order-1\nHH:MM:SS #2 message order-1  200  a\n',
    );
    expect((await runCli(['log', '--show-pii'], { cwd })).stdout).toContain(phone);
  });

  it.each([
    [[], [1, 2, 3]],
    [
      ['-n', '2'],
      [2, 3],
    ],
    [['-n', '0'], []],
    [
      ['--lines', 'all'],
      [1, 2, 3],
    ],
    [['--action', 'message'], [3]],
    [['--verdict', 'rejected'], [2]],
    [['--where', `phone=${phone}`, 'id~1'], [1]],
    [
      ['--since', '2026-11-22'],
      [2, 3],
    ],
    [['--until', '2026-11-21'], [1]],
    [['--until', '2026-11-22T19:40:17.723Z'], [1]],
    [['--since', '2026-11-22T19:40:17.723Z', '-n', '1'], [3]],
    [['-n', '1', '--where', `phone=${phone}`], [2]],
  ])('chooses records: %j', async (args, seqs) => {
    const cwd = await journal();
    const { code, stdout } = await runCli(['log', '--json', ...args], { cwd });
    expect({ code, seqs: seqsOf(stdout) }).toEqual({ code: 0, seqs });
    if (args.length > 0) return;
    const lines = (await runCli(['log', '--json', '-n', 'all'], { cwd, env: { TZ: 'Asia/Vladivostok' } })).stdout;
    expect(seqsOf(lines)).toEqual(seqs);
  });

  it('takes days as those of this machine', async () => {
    const cwd = await journal();
    const env = { TZ: 'Asia/Vladivostok' };
    expect(seqsOf((await runCli(['log', '--json', '--since', '2026-11-23'], { cwd, env })).stdout)).toEqual([2, 3]);
    expect(seqsOf((await runCli(['log', '--json', '--until', '2026-11-22'], { cwd, env })).stdout)).toEqual([1]);
    expect((await runCli(['log', '-n', '1'], { cwd, env })).stdout).toMatch(/^2026-11-23, Monday\n05:40:17 #3 /);
  });

  it('shows the last 20 to people, and gives all to programs', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'all.jsonl'), journalLines(...upTo(50).map(() => ({}))));
    const people = await runCli(['log', 'all.jsonl'], { cwd });
    expect(people.stdout.split('\n')).toHaveLength(1 + 20 + 1);
    expect(people.stdout).toMatch(/ #31 [^]* #50 /);
    expect(seqsOf((await runCli(['log', 'all.jsonl', '--json'], { cwd })).stdout)).toEqual(upTo(50));
    const { stdout } = await runCli(['log', 'all.jsonl', '--csv', '--columns', 'seq'], { cwd });
    expect(stdout).toBe(['seq', ...upTo(50), ''].join('\r\n'));
    for (const stdin of [journalLines(...upTo(50).map(() => ({})))]) {
      expect((await runCli(['log', '-'], { cwd, stdin })).stdout).toBe(people.stdout);
      expect(seqsOf((await runCli(['log', '-', '--json', '-n', '3'], { cwd, stdin })).stdout)).toEqual([48, 49, 50]);
    }
  });

  it('reads folders, files, packed ones and standard input together', async () => {
    const cwd = await journal();
    await writeFile(join(cwd, 'old.gz'), gzipSync(journalLines({ seq: 10, receivedAt: '2026-11-01T00:00:00.000Z' })));
    const stdin = journalLines({ seq: 20, receivedAt: '2026-11-22T00:00:00.000Z' });
    const args = ['log', '-', 'roistat-log', 'old.gz', '--json'];
    expect(seqsOf((await runCli(args, { cwd, stdin })).stdout)).toEqual([10, 1, 20, 2, 3]);
    const env = { ROISTAT_HOOK_LOG_DIR: 'old.gz', ROISTAT_HOOK_JSON: '1' };
    expect(seqsOf((await runCli(['log'], { cwd, env })).stdout)).toEqual([10]);
    expect(seqsOf((await runCli(['log', '--log-dir', 'roistat-log'], { cwd, env })).stdout)).toEqual([1, 2, 3]);
  });

  it('prints a table and CSV of chosen columns, and sums up', async () => {
    const cwd = await journal();
    const columns = ['--columns', 'seq,phone, verdict'];
    expect((await runCli(['log', ...columns], { cwd })).stdout).toBe(
      'seq  phone       verdict\n1    +7999***22  accepted\n2    +7999***22  rejected\n3                accepted\n',
    );
    const csv = 'seq,phone,verdict\r\n1,+79990001122,accepted\r\n2,+79990001122,rejected\r\n3,,accepted\r\n';
    expect((await runCli(['log', '--csv', '--show-pii', ...columns], { cwd })).stdout).toBe(csv);
    const excel = await runCli(['log', '--excel', '-n', '1', ...columns], { cwd });
    expect(excel.stdout).toBe('\ufeffseq;phone;verdict\r\n3;;accepted\r\n');
    const summary = await runCli(['log', '--summary', '--since', '2026-11-22'], { cwd });
    expect(summary.stdout).toMatch(/^2 records\n\nBy day\n {2}2026-11-22 +2 .* 1 rejected\n/);
    const document = JSON.parse((await runCli(['log', '--summary', '--json'], { cwd })).stdout) as object;
    expect(document).toMatchObject({ records: 3, unreadable: 0, sources: [{ name: 'calltracking', count: 1 }, {}] });
  });

  it('counts lines that it cannot read, says where the first is, and goes on', async () => {
    const cwd = await journal();
    await appendToDay(join(cwd, 'roistat-log'), '2026-11-22', `\u001b[31mgarbage\n${journalLines({ seq: 4 })}{"v":1`);
    const all = await runCli(['log', '--json'], { cwd });
    expect(seqsOf(all.stdout)).toEqual([1, 2, 3, 4]);
    expect(all.code).toBe(0);
    expect(all.stderr.replaceAll('\n', ' ')).toMatch(
      /^note: 2 lines cannot be read .*2026-11-22\.jsonl:3: not JSON, … $/,
    );
    const last = await runCli(['log'], { cwd });
    expect(last.stderr.replaceAll('\n', ' ')).toMatch(
      /2026-11-22\.jsonl, line 1 from the end: the line has no end, … $/,
    );
    expect((await runCli(['log', '--summary'], { cwd })).stdout).toMatch(/^4 records, 2 unreadable\n/);
  });

  it('says what there is when nothing matches', async () => {
    const cwd = await journal();
    const other = await runCli(['log', '--where', 'phone=+79990000000', '--action', 'lead'], { cwd });
    expect(other).toEqual({
      code: 0,
      stdout: '',
      stderr: 'None of 3 records matches:\n  2 leads with another phone: +7999***22\n  1 message\n',
    });
    const odd = await runCli(['log', '--verdict', 'odd'], { cwd });
    expect(odd.stderr).toBe(
      'None of 3 records matches:\n  2 leads with another verdict, 1 message with another verdict\n',
    );
    const file = join('roistat-log', '2026-11-21.jsonl');
    const later = await runCli(['log', file, '--since', '2030-01-01'], { cwd });
    expect(later.stderr).toBe('The one record does not match:\n  1 lead of another time\n');
    await writeFile(join(cwd, 'empty.jsonl'), '');
    const empty = await runCli(['log', 'empty.jsonl'], { cwd });
    expect(empty).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^There are no records\.\nIs serve/),
    });
    const late = await runCli(['log', '--since', '2030-01-01', '--json'], { cwd });
    expect(late).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^There are no records of that time/),
    });
  });

  it.each([
    [['log', 'nowhere'], 3, /^error: .*nowhere: there is no such file or folder\n.*log FOLDER\.\n$/],
    [['log'], 3, /^error: .*roistat-log: there is no such file/],
    [['log', 'broken.gz', '--json'], 3, /^error: .*broken\.gz: the gzip file is truncated\n/],
    [['log', '--json', '--csv'], 2, /--json and --csv do not go together/],
    [['log', '--excel', '--summary'], 2, /--csv and --summary do not go together/],
    [['log', '--summary', '-n', '1'], 2, /--summary and --lines do not go together/],
    [['log', '--json', '--columns', 'id'], 2, /--columns has no meaning for --json/],
    [['log', '--columns', 'a,,b'], 2, /Write names with commas/],
    [['log', '-n', '-1'], 2, /Write a whole number, or all/],
    [['log', '-f', '--summary'], 2, /--follow and --summary/],
    [['log', '-f', '-'], 2, /standard input cannot be followed/],
    [['log', '-f', 'broken.gz'], 2, /broken\.gz cannot be followed/],
    [['log', '--verdict', 'good'], 2, /Allowed choices are accepted/],
  ])('refuses in words: %j', async (args, code, message) => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'broken.gz'), gzipSync(journalLines({}, {}, {})).subarray(0, -9));
    const finished = await runCli(args, { cwd });
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(message);
    // What could be read before the end of a truncated file.
    expect(finished.stdout === '').toBe(!args.includes('broken.gz') || args.includes('-f'));
  });

  it('ends quietly when nobody reads on', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'all.jsonl'), journalLines(...upTo(5000).map(() => ({}))));
    const { PATH = '' } = process.env;
    const command = 'set -o pipefail; "$0" "$1" log all.jsonl --json | head -n 1';
    const child = spawn('bash', ['--norc', '-c', command, process.execPath, binary], {
      cwd,
      env: { PATH },
      stdio: 'pipe',
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.resume();
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('takes records of 200 MB in constant memory', async () => {
    const cwd = await temporaryFolder();
    const file = await open(join(cwd, '2026-11-22.jsonl'), 'w');
    const text = 'Я'.repeat(600);
    const lines = upTo(1000).map((seq) => encodeLine(sampleRecord({ seq, parameters: { id: String(seq), text } })));
    const part = Buffer.from(lines.join(''));
    const parts = Math.ceil(200_000_000 / part.length);
    for (let count = 0; count < parts; count += 1) await file.write(part);
    await file.close();
    const packed = createWriteStream(join(cwd, 'packed.gz'));
    await pipeline(createReadStream(join(cwd, '2026-11-22.jsonl')), createGzip({ level: 1 }), packed);
    const peak = 'process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))';
    await writeFile(join(cwd, 'peak.mjs'), peak);
    const env = { NODE_OPTIONS: `--import ${join(cwd, 'peak.mjs')}` };
    for (const [args, expected] of [
      [['--columns', 'id'], 21],
      [['-n', '3', '--where', 'id=1000', '--columns', 'id'], 4],
      [['-n', 'all', '--csv', '--columns', 'id'], parts * 1000 + 1],
      [['--summary'], 13],
      [['packed.gz', '-n', '3', '--columns', 'id'], 4],
    ] as const) {
      const files = args[0].endsWith('.gz') ? [] : ['2026-11-22.jsonl'];
      const { code, stdout, stderr } = await runCli(['log', ...files, ...args], { cwd, env });
      expect(code).toBe(0);
      expect(stdout.split('\n')).toHaveLength(expected + 1);
      expect(peakOf(stderr)).toBeLessThan(200 * 1024);
    }
    const command = '"$0" "$1" log - -n 3 < 2026-11-22.jsonl';
    const run = promisify(execFile);
    const { PATH = '' } = process.env;
    const piped = await run('bash', ['--norc', '-c', command, process.execPath, binary], {
      cwd,
      env: { PATH, ...env },
    });
    expect(piped.stdout).toMatch(/#998 .*\n.*#999 .*\n.*#1000 /);
    expect(peakOf(piped.stderr)).toBeLessThan(200 * 1024);
  }, 120_000);

  it('does not load what sends', async () => {
    const cwd = await journal();
    const trace = "process.on('exit', () => console.error(process.moduleLoadList.includes('NativeModule http2')))";
    await writeFile(join(cwd, 'trace.cjs'), trace);
    // undici loads it.
    const env = { NODE_OPTIONS: `--require ${join(cwd, 'trace.cjs')}` };
    expect(await runCli(['log', '--json'], { cwd, env })).toMatchObject({ code: 0, stderr: 'false\n' });
    expect(await runCli(['send-lead', '--dry-run'], { cwd, env })).toMatchObject({ code: 0, stderr: 'true\n' });
  });

  it('ends with 130 when it is interrupted while it waits for standard input', async () => {
    const cwd = await temporaryFolder();
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [binary, 'log', '-', '-n', 'all', '--json'], {
      cwd,
      env: { PATH },
      stdio: 'pipe',
    });
    const log = follow(child);
    // More than is gathered before it is printed.
    child.stdin.write(journalLines(...upTo(500).map(() => ({}))));
    await log.waitFor(/"seq":1,/);
    expect(await log.stop('SIGINT')).toBe(130);
    expect(log.stderr()).toBe('');
  });
});
