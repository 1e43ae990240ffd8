import { exec } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signToken } from '../../src/protocol/token.ts';
import { runCli, startProgram, startServe } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const credentials = { user: 'demouser', password: 'c4nary-p4ssword' };

async function journalText(folder: string): Promise<string> {
  const names = await readdir(folder);
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}

describe('serve, the built program', () => {
  it('records in ./roistat-log, answers, and tells each exchange as one line of JSON', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    const response = await fetch(`${serve.url}hook?user=&token=x&action=lead&id=90&phone=%2B79990001122`);
    expect(await response.json()).toEqual({ status: 'ok', order_id: 'order-90' });
    expect(await serve.nextLine()).toMatchObject({
      type: 'exchange',
      seq: 1,
      action: 'lead',
      id: '90',
      phone: '+7999***22',
      token: 'unchecked',
      status: 200,
      problems: [],
    });
    const folder = join(cwd, 'roistat-log');
    const [file = ''] = await readdir(folder);
    expect(file).toMatch(/^\d{4}-\d\d-\d\d\.jsonl$/);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await journalText(folder))).toMatchObject({
      v: 1,
      seq: 1,
      orderId: 'order-90',
      token: 'unchecked',
    });
    expect(await serve.stop('SIGINT')).toBe(0);
  });

  it('ends with 0 on SIGTERM, and after --exit-after requests', async () => {
    const cwd = await temporaryFolder();
    const first = await startServe([], { cwd });
    expect(await first.stop('SIGTERM')).toBe(0);
    const second = await startServe(['--exit-after', '2'], { cwd });
    await fetch(`${second.url}?action=lead&id=1`);
    await fetch(second.url);
    expect(await second.ended).toBe(0);
  });

  it('checks tokens, and lets the password out nowhere', async () => {
    const cwd = await temporaryFolder();
    const env = { ROISTAT_HOOK_USER: credentials.user, ROISTAT_HOOK_PASSWORD: credentials.password };
    const serve = await startServe([], { cwd, env });
    const token = signToken(credentials);
    const wrong = signToken({ user: credentials.password, password: credentials.user });
    const lines: unknown[] = [];
    for (const value of [token, wrong, '']) {
      await fetch(`${serve.url}?user=demouser&token=${value}&action=lead&id=1`);
      lines.push(await serve.nextLine());
    }
    expect(lines).toMatchObject([
      { token: 'match', status: 200 },
      { token: 'mismatch', status: 401, tokenDiagnosis: 'It is md5(password + user): the order is reversed.' },
      { token: 'missing', status: 401 },
    ]);
    await serve.stop();
    const everything = JSON.stringify(lines) + serve.stderr() + (await journalText(join(cwd, 'roistat-log')));
    for (const secret of [credentials.password, token, wrong]) expect(everything).not.toContain(secret);
  });

  it('takes the password from standard input', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe(['--user', credentials.user, '--password-stdin'], {
      cwd,
      stdin: `${credentials.password}\n`,
    });
    const response = await fetch(`${serve.url}?user=demouser&token=${signToken(credentials)}&action=lead&id=1`);
    expect(response.status).toBe(200);
  });

  it('notes a target that is too long on stderr and in the journal', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    const response = await fetch(`${serve.url}?action=lead&id=1&text=${'a'.repeat(70_000)}`);
    expect(response.status).toBe(431);
    expect(await serve.nextLine()).toMatchObject({ status: 431, problems: [{ code: 'target-too-long' }] });
    await serve.stop();
    expect(serve.stderr()).toMatch(/^#1: the request target is longer than 64 KiB \(70024 bytes are known\)/);
    expect(await journalText(join(cwd, 'roistat-log'))).toContain('"target-too-long"');
  });

  it('names a taken port in one line, says what to do, and ends with 3', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void holder.close());
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const cwd = await temporaryFolder();
    const { code, stdout, stderr } = await runCli(['serve', '--port', String(port), '--inspect-port', '0'], { cwd });
    expect(await readdir(join(cwd, 'roistat-log'))).toEqual([]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      `error: port ${port} on 127.0.0.1 is taken\nIs another serve running? Stop it, or take a free port with --port 0.\n`,
    );
  });

  it.each([
    [['--log-dir', '/dev/null/log'], /^error: \/dev\/null\/log: .*\n.*--log-dir/],
    [['--log-dir', '/proc/no/such'], /^error: \/proc\/no\/such: .*\n.*--log-dir/],
    [['--host', '192.0.2.1'], /^error: 192\.0\.2\.1 is not an address of this machine\n/],
    [['--host', 'no-such-host.invalid'], /^error: .*no-such-host\.invalid.*\n/],
  ])('serve %j ends with 3 and says why', async (args, message) => {
    const { code, stderr } = await runCli(['serve', '--port', '0', '--inspect-port', '0', ...args], {
      cwd: await temporaryFolder(),
    });
    expect(stderr).toMatch(message);
    expect(code).toBe(3);
  });

  it('shows address, journal and the exact next command on its screen, and that command works', async () => {
    const cwd = await temporaryFolder();
    const serve = startProgram(['serve', '--port', '0', '--exit-after', '1'], { cwd });
    const [screen, url, command = ''] = await serve.waitFor(/listens on (\S+)[^]*\n {2}(.* send-lead .*)\n/);
    expect(screen).toContain(join(cwd, 'roistat-log'));
    expect(command).toContain(`send-lead --url ${url} --phone +79990001122`);
    const { stdout } = await promisify(exec)(command, { cwd });
    expect(stdout).toContain('✓ accepted, order_id order-');
    expect(await serve.ended).toBe(0);
    expect(serve.stdout()).toMatch(/#1 → lead \d+ {2}Звонок от 7999\*{3}22.*\n.* #1 ← 200 {2}order_id order-\d+ /);
  });

  it('prints the ready line alone with --quiet', async () => {
    const cwd = await temporaryFolder();
    const human = startProgram(['serve', '--port', '0', '--quiet'], { cwd });
    const [, url = '', page = ''] = await human.waitFor(
      /^roistat-hook 0\.1\.0 listens on (\S+), inspector on (http:\/\/127\.0\.0\.1:\d+\/)\n$/,
    );
    await fetch(`${url}?action=lead&id=1`);
    expect((await fetch(page)).status).toBe(200);
    await human.stop();
    expect(human.stdout()).toBe(`roistat-hook 0.1.0 listens on ${url}, inspector on ${page}\n`);
    const alone = startProgram(['serve', '--port', '0', '--quiet', '--no-inspect'], { cwd });
    await alone.waitFor(/^roistat-hook 0\.1\.0 listens on http:\/\/127\.0\.0\.1:\d+\/\n$/);
    await alone.stop();
    const json = await startServe(['--quiet'], { cwd });
    await fetch(`${json.url}?action=lead&id=1`);
    await json.stop();
    expect(JSON.parse(json.stdout())).toMatchObject({ type: 'ready', url: json.url });
  });

  it('notes what does nothing on its command line, and is silent about settings', async () => {
    const idle = ['--redact', '--inspect-port', '0', '--insecure', '--forward-timeout', '1s', '--seed', '7'];
    const program = startProgram(['serve', '--port', '0', '--no-inspect', ...idle], { cwd: await temporaryFolder() });
    await program.waitFor(/listens on/);
    expect(await program.stop()).toBe(0);
    expect(program.stderr().split('\n').slice(0, 5)).toEqual([
      'note: --inspect-port does nothing with --no-inspect',
      'note: --redact does nothing with --no-inspect',
      'note: --forward-timeout does nothing without --forward',
      'note: --insecure does nothing without --forward',
      'note: --seed does nothing without --fault',
    ]);
    const env = { ROISTAT_HOOK_SEED: '7', ROISTAT_HOOK_REDACT: 'true' };
    const serve = await startServe(['--redact', '--seed', '7', '--fault', 'html:0.1'], {
      cwd: await temporaryFolder(),
    });
    const set = startProgram(['serve', '--port', '0', '--no-inspect', '--json'], { cwd: await temporaryFolder(), env });
    await set.waitFor(/"ready"/);
    await Promise.all([serve.stop(), set.stop()]);
    expect([serve.stderr(), set.stderr()]).toEqual(['', '']);
  });
});
