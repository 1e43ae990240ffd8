import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { journalLines } from '../helpers/journals.ts';
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
      /^No record matches\. Of 500 that were looked at more closely:\n {2}500 leads with another phone: /,
    );
    for (const args of [[], ['--json'], ['-n', '1'], ['-n', 'all']]) {
      const found = await runCli(['log', 'all.jsonl', '--where', 'phone=+79990000777', ...args], { cwd });
      expect(found).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/#777 |"seq":777,/) });
    }
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
