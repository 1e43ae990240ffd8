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
});
