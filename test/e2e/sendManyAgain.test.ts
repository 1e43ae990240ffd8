import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { binary, runCli } from '../helpers/cli.ts';
import { startLeadShop } from '../helpers/leadShop.ts';
import { hasBash } from '../helpers/needs.ts';
import { runScript } from '../helpers/shell.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const run = promisify(execFile);

const send = (url: string, ...args: readonly string[]): string[] => ['send-lead', '--url', url, ...args];

const hostileText = 'first\n\tit\'s "second" $(id) `id` !! \\n\r\n\u202egnp.exe \u001b[201~';
const hostileName = '-$HOME\n--text x!';

describe('send-lead --count, whose values are hostile', () => {
  it.runIf(hasBash).each([
    ['as values of options', ['--text', hostileText], ''],
    ['a text from standard input', ['--text', '-'], hostileText],
    ['a text from standard input that would name a file', ['--text', '-'], '@file\nof "two" lines'],
  ] satisfies Array<[string, string[], string]>)(
    'gives a command that bash takes with the same bytes, whatever is in them: %s (needs bash)',
    async (_what, args: readonly string[], stdin) => {
      const { url, leads } = await startLeadShop(() => '');
      const more = [
        ...args,
        `--name=${hostileName}`,
        '--title',
        '=ls ~ *',
        '--data',
        'note=a\nb',
        '--concurrency',
        '1',
      ];
      for (const json of [[], ['--json']]) {
        leads.length = 0;
        const { stdout } = await runCli(send(url, '--count', '2', ...more, ...json), { stdin });
        const [, human = ''] = stdout.split('  Again     ');
        const again = json.length === 0 ? human : (JSON.parse(stdout) as { again: string }).again;
        const [first] = leads;
        expect(first).toMatchObject({ text: stdin || hostileText, name: hostileName, title: '=ls ~ *' });
        leads.length = 0;
        const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
        const { code, output } = await runScript(again, process.cwd(), env);
        expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('status-not-ok') });
        expect(leads).toEqual([first]);
      }
    },
  );

  it.runIf(hasBash)(
    'gives a command that finds the program in a folder whose name has blanks (needs bash)',
    async () => {
      const { url, leads } = await startLeadShop(() => '');
      const cwd = await temporaryFolder();
      const folder = join(cwd, "it's my");
      await mkdir(folder);
      await symlink(binary, join(folder, 'hook.js'));
      const env = { PATH: process.env['PATH'] ?? '' };
      const args = [join(folder, 'hook.js'), ...send(url, '--count', '2', '--concurrency', '1', '--json')];
      // It ends with 1, for the leads are refused.
      const { stdout } = await run(process.execPath, args, { cwd, env }).catch((error: { stdout: string }) => error);
      const { again } = JSON.parse(stdout) as { again: string };
      const [first] = leads;
      leads.length = 0;
      expect((await runScript(again, cwd, env)).code).toBe(1);
      expect(leads).toEqual([first]);
    },
  );

  it('gives no command where none can hold what was sent', async () => {
    const { url } = await startLeadShop(() => '');
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'roistat-hook.config.json'), JSON.stringify({ name: 'a\0b' }));
    const { code, stdout } = await runCli(send(url, '--count', '2', '--json'), { cwd });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ rejected: 2, again: null });
  });
});
