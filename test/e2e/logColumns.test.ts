import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('log --columns, the built program', () => {
  it('says which columns no record has, and what may have been meant', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'all.jsonl'), journalLines({ parameters: { id: '1', marker: 'seo' } }, {}));
    const log = async (...args: readonly string[]) => runCli(['log', 'all.jsonl', ...args], { cwd });
    expect(await log('--columns', 'seq,zzzzzzzz,markr,orderId')).toEqual({
      code: 0,
      stdout: 'seq  zzzzzzzz  markr  orderId\n1\n2\n',
      stderr:
        'note: no record that was printed has zzzzzzzz\n' +
        'note: no record that was printed has markr: did you mean marker?\n' +
        'note: no record that was printed has orderId: did you mean order_id?\n',
    });
    const csv = await log('--csv', '--columns', 'id,\u001bfoo');
    expect(csv).toMatchObject({ code: 0, stderr: expect.stringContaining('has \\u001bfoo') });
    for (const args of [['--columns', 'id,marker,order_id,fault'], ['--csv'], ['--columns', 'foo', '-n', '0']]) {
      expect((await log(...args)).stderr).toBe('');
    }
    const none = await log('--columns', 'foo', '--action', 'message');
    expect(none.stderr).toBe('None of 2 records matches:\n  2 leads\n');
  });
});
