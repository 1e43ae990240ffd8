import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { runCli } from '../helpers/cli.ts';
import { hasBash, hasFish, hasPython, hasZsh } from '../helpers/needs.ts';
import { installedPath } from '../helpers/shell.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { onTerminal } from '../helpers/terminal.ts';

const run = promisify(execFile);
const names = [...Object.keys(commands), 'help'];
const sources = ['lead-hunter', 'calltracking', 'jivosite', 'email', 'form'];

const firstColumn = (line: string): string => line.split('\t')[0] ?? '';

const scripts = { bash: '', zsh: '', fish: '' };
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) scripts[shell] = (await runCli(['completion', shell])).stdout;
});

/** A folder to complete file names in. */
async function folderOfFiles(): Promise<string> {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, 'certificates old'));
  await writeFile(join(cwd, 'certificates old', 'ca.pem'), '');
  return cwd;
}

interface Shell {
  readonly command: readonly string[];
  /** What its user writes into the file that it starts with. */
  readonly setup: string;
}

const bash: Shell = {
  command: ['bash', '--norc', '--noprofile', '-i'],
  setup: 'eval "$(roistat-hook completion bash)"',
};
const zsh: Shell = {
  command: ['zsh', '-f', '-i'],
  setup: 'autoload -U compinit && compinit -D -u && source <(roistat-hook completion zsh)',
};

/** Types lines, each with a TAB, into a shell on a terminal, and gives the words that they have then. */
async function completeIn({ command, setup }: Shell, typed: readonly string[]): Promise<string[][]> {
  const env = { PATH: await installedPath(), TERM: 'dumb' };
  const { program, type } = onTerminal(command, { cwd: await folderOfFiles(), env });
  type(`${setup}; show() { printf '<%s>' "$@" end; }; printf '%s%s\\n' rea dy\r`);
  await program.waitFor(/ready/);
  const completed: string[][] = [];
  for (const [index, line] of typed.entries()) {
    // Ctrl-A goes to the beginning: the words of the line become those of show, which prints each in brackets.
    type(`${line}\t\u0001show ${index} \r`);
    const [, words = ''] = await program.waitFor(new RegExp(`<${index}><roistat-hook><([^]*)><end>`));
    completed.push(words.split('><'));
  }
  type('exit\r');
  await program.ended;
  return completed;
}

/** Lines that a shell completes in the same way, and their words afterwards. */
const lines: ReadonlyMap<string, readonly string[]> = new Map([
  ['roistat-hook send-l', ['send-lead']],
  ['roistat-hook send-lead --so', ['send-lead', '--source']],
  ['roistat-hook send-lead --source j', ['send-lead', '--source', 'jivosite']],
  ['roistat-hook send-lead --source=j', ['send-lead', '--source=jivosite']],
  [
    'roistat-hook send-lead --url http://127.0.0.1:8000/x --so',
    ['send-lead', '--url', 'http://127.0.0.1:8000/x', '--source'],
  ],
  ["roistat-hook send-lead --name 'Иван: a b' --so", ['send-lead', '--name', 'Иван: a b', '--source']],
  ['roistat-hook --profile serve send-lead --so', ['--profile', 'serve', 'send-lead', '--source']],
  ['roistat-hook send-lead --cacert cert', ['send-lead', '--cacert', 'certificates old']],
  ['roistat-hook serve --log-dir cert', ['serve', '--log-dir', 'certificates old']],
  ['roistat-hook send-lead --cacert certificates\\ old/', ['send-lead', '--cacert', 'certificates old/ca.pem']],
  ['roistat-hook send-lead --phone cert', ['send-lead', '--phone', 'cert']],
  ['roistat-hook log cert', ['log', 'certificates old']],
  ['roistat-hook log --action lead cert', ['log', '--action', 'lead', 'certificates old']],
  ['roistat-hook log --verdict rej', ['log', '--verdict', 'rejected']],
  ['roistat-hook log --ord', ['log', '--order']],
  ['roistat-hook log --foll', ['log', '--follow']],
  ['roistat-hook completion z', ['completion', 'zsh']],
  ['roistat-hook help tok', ['help', 'token']],
  ['roistat-hook send-lead --verb', ['send-lead', '--verbose']],
]);

/** zsh takes the slash after a folder away when something else is typed. */
const withoutSlash = (word: string): string => word.replace(/(?<=\w)\/$/, '');

describe.runIf(hasBash && hasPython)('completion in bash on a terminal (needs bash, python3)', () => {
  it('completes commands, options, values and file names', async () => {
    const completed = await completeIn(bash, [...lines.keys()]);
    expect(completed.map((words) => words.map(withoutSlash))).toEqual([...lines.values()]);
  });
});

describe.runIf(hasZsh && hasPython)('completion in zsh on a terminal (needs zsh, python3)', () => {
  it('completes commands, options, values and file names', async () => {
    const completed = await completeIn(zsh, [...lines.keys()]);
    expect(completed.map((words) => words.map(withoutSlash))).toEqual([...lines.values()]);
  });
});

describe.runIf(hasBash)('completion in bash (needs bash)', () => {
  /** What the function offers for the last of the words. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    const line = 'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _roistat_hook; printf "%s\\n" "${COMPREPLY[@]}"';
    const args = [
      '--norc',
      '-c',
      `set -u\n${scripts.bash}\n${scripts.bash}\n${line}`,
      'bash',
      'roistat-hook',
      ...words,
    ];
    const { stdout, stderr } = await run('bash', args, { cwd: await temporaryFolder() });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  }

  it('offers commands, options and values, and may be sourced twice', async () => {
    expect(await offered('')).toEqual(names);
    expect(await offered('send-lead', '--source', '')).toEqual(sources);
    expect(await offered('send-lead', '--source', '=')).toEqual(sources);
    expect(await offered('send-lead', '--source', '=', 'jiv')).toEqual(['jivosite']);
    expect(await offered('send-lead', '--source=jiv')).toEqual(['--source=jivosite']);
    expect(await offered('send-lead', '--sho')).toEqual(['--show-secrets']);
    expect(await offered('serve', '')).toEqual(expect.arrayContaining(['--port', '-p', '--config', '--help']));
    expect(await offered('serve', '--source', '')).not.toContain('jivosite');
    expect(await offered('send-lead', '--phone', '')).toEqual([]);
    expect(await offered('--config', '=', 'serve', 'send-m')).toEqual(['send-message']);
  });

  it('evaluates nothing of what stands on the line', async () => {
    const cwd = await temporaryFolder();
    const evil = `$(touch ${join(cwd, 'evaluated')})`;
    expect(await offered('send-lead', '--text', evil, '--so')).toEqual(['--source']);
    expect(await offered('send-lead', evil)).toEqual([]);
    expect(await offered(evil, '--so')).toEqual([]);
    await expect(access(join(cwd, 'evaluated'))).rejects.toThrow('ENOENT');
  });
});

describe.runIf(hasFish)('completion in fish (needs fish)', () => {
  /** What fish offers for a line: words and their descriptions. */
  async function offered(line: string): Promise<string[]> {
    const home = await temporaryFolder();
    const script = join(home, 'completion.fish');
    await writeFile(script, scripts.fish);
    const args = [
      '--no-config',
      '-c',
      'source $argv[1]; cd $argv[2]; complete -C $argv[3]',
      script,
      await folderOfFiles(),
      line,
    ];
    const { stdout } = await run('fish', args, { env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' } });
    return stdout.split('\n').filter((word) => word !== '');
  }

  it('offers commands and options with what they are for, and values', async () => {
    expect(await offered('roistat-hook send-l')).toEqual([`send-lead\t${commands['send-lead']?.summary}`]);
    expect((await offered('roistat-hook ')).map(firstColumn).toSorted()).toEqual(names.toSorted());
    expect(await offered('roistat-hook send-lead --so')).toEqual(['--source\twhere the lead comes from']);
    const values = await offered('roistat-hook send-lead --source ');
    expect(values.map(firstColumn).toSorted()).toEqual(sources.toSorted());
    expect(await offered('roistat-hook --profile x send-lead --source=j')).toEqual([
      '--source=jivosite\twhere the lead comes from',
    ]);
    expect(await offered('roistat-hook send-lead --url http://127.0.0.1:8000/ --so')).toHaveLength(1);
    expect((await offered('roistat-hook completion ')).map(firstColumn)).toEqual(['bash', 'fish', 'zsh']);
  });

  it('offers file names for an option that takes a file or a folder, and only there', async () => {
    expect(await offered('roistat-hook send-lead --cacert cert')).toEqual([
      expect.stringMatching(/^certificates old\//),
    ]);
    expect(await offered('roistat-hook serve --log-dir cert')).toEqual([expect.stringMatching(/^certificates old\//)]);
    expect(await offered('roistat-hook send-lead --phone cert')).toEqual([]);
    expect(await offered('roistat-hook send-lead cert')).toEqual([]);
    expect(await offered('roistat-hook log cert')).toEqual([expect.stringMatching(/^certificates old\//)]);
  });
});

describe('completion', () => {
  it('needs one of the three shells', async () => {
    expect(await runCli(['completion'])).toMatchObject({ code: 2, stdout: '' });
    expect(await runCli(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Allowed choices are bash, zsh, fish.'),
    });
  });

  it('is printed where the settings are wrong, too, for a shell asks for it wherever it starts', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'roistat-hook.config.json'), 'broken');
    const { code, stdout, stderr } = await runCli(['completion', 'bash'], { cwd, env: { ROISTAT_HOOK_X: '1' } });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: scripts.bash, stderr: '' });
  });

  it('begins with how to install it', () => {
    for (const [shell, script] of Object.entries(scripts)) {
      expect(script.split('\n').slice(0, 4).join('\n')).toMatch(new RegExp(`#.*roistat-hook completion ${shell}`));
    }
  });
});
