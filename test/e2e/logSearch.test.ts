import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { appendToDay, journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

describe('a search with log, the built program', () => {
  it('says of a long journal what some of its records are instead, and finds the one that matches', async () => {
    const cwd = await temporaryFolder();
    const records = upTo(3000).map((seq) => ({ parameters: { phone: `+7999${String(seq).padStart(7, '0')}` } }));
    await writeFile(join(cwd, 'all.jsonl'), journalLines(...records));
    const none = await runCli(['log', 'all.jsonl', '--where', 'phone=+79990009999'], { cwd });
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toMatch(
      /^No record matches\. What the newest 500 have instead:\n {2}500 leads with another phone: \+7999\*\*\*01/,
    );
    const oldest = await runCli(['log', 'all.jsonl', '-n', 'all', '--where', 'phone=+79990009999'], { cwd });
    expect(oldest.stderr).toMatch(/^No record matches\. What 500 of them have instead:\n/);
    const near = await runCli(['log', 'all.jsonl', '--order', '+79990000777'], { cwd });
    expect(near.stderr).toMatch(/^No record matches\. What 501 of them have instead:\n/);
    for (const args of [[], ['--json'], ['-n', '1'], ['-n', 'all']]) {
      const found = await runCli(['log', 'all.jsonl', '--where', 'phone=+79990000777', ...args], { cwd });
      expect(found).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/#777 |"seq":777,/) });
    }
  });

  it('says what the newest records are, over the days of a folder', async () => {
    const cwd = await temporaryFolder();
    const folder = join(cwd, 'roistat-log');
    const ids = { '2026-11-20': upTo(900), '2026-11-21': upTo(900), '2026-11-22': upTo(100) };
    for (const [day, seqs] of Object.entries(ids)) {
      const receivedAt = `${day}T10:00:00.000Z`;
      const records = seqs.map((seq) => ({ seq, receivedAt, orderId: `${day.slice(-2)}-${seq}` }));
      await appendToDay(folder, day, journalLines(...records));
    }
    const { stderr } = await runCli(['log', '--order', 'order-nowhere'], { cwd });
    expect(stderr).toBe(
      'No record matches. What the newest 500 have instead:\n' +
        '  500 leads with another order_id: 21-501, 21-502, 21-503\n',
    );
  });

  it('finds a lead by the id of its order, and says what searches for it', async () => {
    const cwd = await temporaryFolder();
    const records = upTo(3000).map((seq) => ({ orderId: `order-143519${seq}`, parameters: { id: `${seq}` } }));
    const chat = { action: 'message', orderId: null, parameters: { leadId: 'order-1435197' } };
    await writeFile(join(cwd, 'all.jsonl'), journalLines(...records, chat));
    const log = async (...args: readonly string[]) => runCli(['log', 'all.jsonl', ...args], { cwd });
    for (const args of [[], ['--json'], ['--action', 'lead']]) {
      const found = await log('--order', 'order-1435197', ...args);
      expect(found).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/#7 |"seq":7,/) });
      expect(found.stdout).not.toMatch(/#77|"seq":77|message/);
    }
    const { stderr } = await log('--where', 'order_id=order-1435197');
    expect(stderr).toMatch(
      / leads without order_id\n[^]*\n {2}→ order_id is no parameter of a request: use --order\.\n$/,
    );
    const dry = await runCli(
      ['replay', 'all.jsonl', '--order', 'order-1435197', '--token', 'x', '--dry-run', '--json'],
      { cwd },
    );
    expect(dry.stdout).toMatch(/^\{"type":"exchange",.*"seq":7,.*\}\n\{"type":"summary",.*"notSent":1,.*\}\n$/);
  });

  it('gives the lines of other programs as NDJSON, however they are written', async () => {
    const cwd = await temporaryFolder();
    const text = 'a\u2028b\u0085c\ufeffd';
    const line = journalLines({ seq: 1, parameters: { text } }).trimEnd();
    const record = JSON.parse(line) as unknown;
    const lines = [
      line,
      `${line}\r`,
      ` \t${line} `,
      line.replaceAll(/(?<!\\)":/g, '" : '),
      line.replace('parameters', String.raw`\u0070arameters`),
      line.replace('"seq"', '\r"seq"'),
      // The last one, without an end.
      `${line}\r`,
    ];
    await writeFile(join(cwd, 'others.jsonl'), `\ufeff${line}\n\n${lines.join('\n')}`);
    for (const args of [[], ['--where', 'text~a']]) {
      const { stdout, stderr } = await runCli(['log', 'others.jsonl', '--json', ...args], { cwd });
      expect(stdout).toMatch(/^(?:[\x20-\x7e]+\n){7}$/);
      expect(
        stdout
          .trimEnd()
          .split('\n')
          .map((one) => JSON.parse(one) as unknown),
      ).toEqual(lines.map(() => record));
      expect(stderr).toContain('2 lines');
    }
  });
});
