import { describe, expect, it } from 'vitest';
import { colourLevel } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { signToken } from '../../src/protocol/token.ts';
import { fakeEnvironment } from '../helpers/environment.ts';

async function call(argv: readonly string[], options: Parameters<typeof fakeEnvironment>[1] = {}) {
  const environment = fakeEnvironment(argv, options);
  const code = await run(environment);
  return { code, stdout: environment.stdout.text(), stderr: environment.stderr.text() };
}

const dryRun = ['send-lead', '--dry-run', '--json', '--seed', '1', '--show-secrets'];

interface DryRun {
  readonly request: { readonly url: string; readonly parameters: Record<string, string> };
}

async function parametersOf(argv: readonly string[], options: Parameters<typeof fakeEnvironment>[1] = {}) {
  const { stdout } = await call([...dryRun, ...argv], options);
  return (JSON.parse(stdout) as DryRun).request.parameters;
}

describe('help', () => {
  it.each([
    ['--help'],
    ['serve', '--help'],
    ['send-lead', '--help'],
    ['send-message', '--help'],
    ['check', '--help'],
    ['token', '--help'],
    ['example', '--help'],
    ['wait', '--help'],
    ['replay', '--help'],
    ['config', '--help'],
    ['completion', '--help'],
    ['help', 'serve'],
  ])('%s %s fits 80 columns and goes to stdout', async (...argv) => {
    const { code, stdout, stderr } = await call(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: roistat-hook/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).toMatch(/\$ roistat-hook /);
  });

  it('shows the main job on its first screen', async () => {
    const { stdout } = await call(['--help']);
    const screen = stdout.split('\n').slice(0, 25).join('\n');
    expect(screen).toContain('$ roistat-hook serve');
    expect(screen).toContain('$ roistat-hook send-lead --phone +79990001122');
  });

  it('--version prints the version alone', async () => {
    expect(await call(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});

describe('wrong usage ends with 2, says what is wrong on stderr, and prints nothing on stdout', () => {
  it.each([
    [[], 'Usage:'],
    [['--bogus'], "unknown option '--bogus'"],
    [['srve'], 'Did you mean serve?'],
    [['serve', '--port', 'x'], 'whole number from 0 to 65535'],
    [['serve', '--port', '70000'], 'whole number'],
    [['serve', '--exit-after', '0'], 'whole number'],
    [['serve', 'extra'], 'too many arguments'],
    [['serve', '--password', 'x', '--password-stdin'], 'cannot be used with'],
    [['send-lead', '--url', 'localhost:8000/hook'], 'Did you mean http://localhost:8000/hook'],
    [['send-lead', '--url', 'ftp://a/'], 'Write a whole address'],
    [['send-lead', '--url', 'http://127.0.0.1:99999/'], 'Write a whole address'],
    [['send-lead', 'http://127.0.0.1:8000/'], '--url http://127.0.0.1:8000/'],
    [['send-lead', '--source', 'fax'], 'Allowed choices are lead-hunter'],
    [['send-lead', '--timeout', 'soon'], 'Write a time such as'],
    [['send-lead', '--timeout', '0s'], 'Write a time such as'],
    [['send-lead', '--timeout', '100000h'], 'Write a time such as'],
    [['send-lead', '--data', 'novalue'], 'Write name=value'],
    [['send-lead', '--data-json', '[1]'], 'Write a JSON object'],
    [['send-lead', '--data-json', '{}', '--page', 'http://a/'], '--data-json stands for the whole data'],
    [['send-lead', '--proxy', 'pu:c4nary@127.0.0.1:1'], '***@127.0.0.1:1'],
    [['serve', '--log-dir', ''], 'It is empty'],
    [['serve', '--host', ''], 'It is empty'],
    [['send-lead', '--header', 'broken'], "'Name: value'"],
    [['send-lead', '--header', 'A: b\nC: d'], "'Name: value'"],
    [['send-lead', '--seed', '-1'], 'whole number'],
    [['send-lead', '--token', 'x', '--password', 'y'], 'cannot be used with'],
    [['send-lead', '--text', '@/no/such/file'], 'cannot read /no/such/file: there is no such file'],
    [['send-lead', '--cacert', '/no/such/file'], 'cannot read /no/such/file'],
    [['send-lead', '--text', '-', '--password-stdin'], 'both read standard input'],
    [['send-message'], '--lead-id is missing'],
    [['example'], "missing required argument 'language'"],
    [['example', 'perl'], 'Allowed choices are php, node, python'],
    [['token', 'a', 'b', '--verify', 'xyz'], '3 characters that are no MD5'],
    [['token', 'a', 'b', '--password', 'c'], 'password is given twice'],
    [['token', 'a', 'b', '--password-stdin'], 'password is given twice'],
    [['wait', '--count', '0'], 'whole number'],
    [['wait', '--timeout', 'soon'], 'Write a time such as'],
    [['wait', '--where', 'phone'], 'Write name=value, or name~text'],
    [['wait', '--where', '=x'], 'Write name=value, or name~text'],
    [['wait', '--log-dir', ''], 'It is empty'],
    [['wait', 'lead'], 'too many arguments'],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await call(argv);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('token', () => {
  it('prints the token alone', async () => {
    expect(await call(['token', '1', '1'])).toEqual({
      code: 0,
      stdout: '6512bd43d9caa6e02c990b0a82652dca\n',
      stderr: '',
    });
    expect((await call(['token', 'Иван', 'п@роль'])).stdout).toBe(
      `${signToken({ user: 'Иван', password: 'п@роль' })}\n`,
    );
  });

  it('takes the password from standard input, without the end of its line', async () => {
    for (const stdin of ['1', '1\n', '1\r\n']) {
      expect((await call(['token', '1', '--password-stdin'], { stdin })).stdout).toBe(
        '6512bd43d9caa6e02c990b0a82652dca\n',
      );
    }
    expect((await call(['token', '1', '--password-stdin'], { stdin: 'a\nb\n' })).code).toBe(2);
  });

  it('takes login and password from the environment, and arguments before them', async () => {
    const env = { ROISTAT_HOOK_USER: '1', ROISTAT_HOOK_PASSWORD: '1' };
    expect((await call(['token'], { env })).stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
    expect((await call(['token', '11', ''], { env })).stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
  });

  it('takes a password that is a flag before one that the environment would read from standard input', async () => {
    const options = { env: { ROISTAT_HOOK_PASSWORD_STDIN: '1' }, stdin: 'other\n' };
    const { stdout } = await call(['token', '1', '--password', '1'], options);
    expect(stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
  });

  it('says on stderr when both are empty', async () => {
    const { code, stdout, stderr } = await call(['token']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'd41d8cd98f00b204e9800998ecf8427e\n' });
    expect(stderr).toContain('login and password are empty');
  });

  it('does not take a token with blanks around it for the right one', async () => {
    const right = signToken({ user: 'a', password: 'b' });
    const { code, stdout } = await call(['token', 'a', 'b', '--verify', `${right}\n`]);
    expect(code).toBe(1);
    expect(stdout).toContain('blanks or a newline around it');
  });

  it('verifies: 0 and match, 1 and the diagnosis', async () => {
    const right = signToken({ user: 'a', password: 'b' });
    expect(await call(['token', 'a', 'b', '--verify', right])).toEqual({ code: 0, stdout: '✓ match\n', stderr: '' });
    expect(await call(['token', 'a', 'b', '--verify', right.toUpperCase()])).toEqual({
      code: 1,
      stdout: '✗ mismatch\n  The right digest, but in upper-case hex: the token is lower-case.\n',
      stderr: '',
    });
    const reversed = signToken({ user: 'b', password: 'a' });
    const { code, stdout } = await call(['token', 'a', 'b', '--verify', reversed, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ verdict: 'mismatch', diagnosis: expect.stringContaining('reversed') });
  });
});

describe('options from the environment', () => {
  it('stand in for flags, and flags win', async () => {
    const env = { ROISTAT_HOOK_URL: 'http://crm.example/hook?x=1', ROISTAT_HOOK_NAME: 'Пётр' };
    const { stdout } = await call(dryRun, { env });
    expect((JSON.parse(stdout) as DryRun).request.url).toMatch(/^http:\/\/crm\.example\/hook\?x=1&user=&token=/);
    expect((await parametersOf(['--name', 'Ольга'], { env }))['name']).toBe('Ольга');
    expect((await parametersOf([], { env }))['name']).toBe('Пётр');
  });

  it('count as not set when they are empty', async () => {
    expect((await call(dryRun, { env: { ROISTAT_HOOK_URL: '', ROISTAT_HOOK_TIMEOUT: '' } })).code).toBe(0);
  });

  it('are checked like flags, and named', async () => {
    for (const [name, value] of [
      ['URL', 'crm'],
      ['TIMEOUT', 'x'],
      ['SOURCE', 'fax'],
      ['INSECURE', 'maybe'],
    ] as const) {
      const { code, stderr } = await call(dryRun, { env: { [`ROISTAT_HOOK_${name}`]: value } });
      expect(code).toBe(2);
      expect(stderr).toContain(`ROISTAT_HOOK_${name} is "${value}"`);
    }
  });

  it('sign the call: user and password, or a token, which wins over a password from the same place', async () => {
    const env = { ROISTAT_HOOK_USER: 'a', ROISTAT_HOOK_PASSWORD: 'b' };
    expect(await parametersOf([], { env })).toMatchObject({
      user: 'a',
      token: signToken({ user: 'a', password: 'b' }),
    });
    const environment = fakeEnvironment(dryRun, { env: { ...env, ROISTAT_HOOK_TOKEN: 'f'.repeat(32) } });
    await run(environment);
    expect(environment.stderr.text()).toBe('note: the token comes from ROISTAT_HOOK_TOKEN\n');
    const withToken = { ...env, ROISTAT_HOOK_TOKEN: 'f'.repeat(32) };
    expect(await parametersOf([], { env: withToken })).toMatchObject({ user: 'a', token: 'f'.repeat(32) });
    expect(await parametersOf(['--password', 'c'], { env: withToken })).toMatchObject({
      token: signToken({ user: 'a', password: 'c' }),
    });
    expect(await parametersOf(['--token', 'e'.repeat(32)], { env: withToken })).toMatchObject({
      token: 'e'.repeat(32),
    });
  });
});

describe('colours', () => {
  const terminal = { write: () => {}, isTTY: true, columns: 80 };
  const pipe = { write: () => {}, isTTY: false, columns: undefined };

  it.each([
    ['a terminal', terminal, {}, true, 1],
    ['a pipe', pipe, {}, true, 0],
    ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, 0],
    ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, 1],
    ['TERM=dumb', terminal, { TERM: 'dumb' }, true, 0],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, true, 1],
    ['FORCE_COLOR over NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, 1],
    ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, 0],
    ['--no-color over all', terminal, { FORCE_COLOR: '3' }, false, 0],
  ] as const)('%s', (_name, output, env, flag, level) => {
    expect(colourLevel(output, env, flag)).toBe(level);
  });

  it('reach the output', async () => {
    const argv = ['token', 'a', 'b', '--verify', 'f'.repeat(32)];
    expect((await call(argv, { isTTY: true })).stdout).toContain('\u001b[31m');
    expect((await call(['--no-color', ...argv], { isTTY: true })).stdout).not.toContain('\u001b');
    expect((await call([...argv, '--no-color'], { isTTY: true })).stdout).not.toContain('\u001b');
  });
});
