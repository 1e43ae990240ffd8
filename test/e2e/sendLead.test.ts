import { describe, expect, it } from 'vitest';
import { EventEmitter, once } from 'node:events';
import { type IncomingMessage } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { signToken } from '../../src/protocol/token.ts';
import { runCli, startProgram } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface Seen {
  readonly url: string;
  readonly requests: IncomingMessage[];
  readonly parameters: () => Array<Record<string, string>>;
}

/** A handler that answers well and keeps what it saw. */
async function startRecorder(body = '{"status":"ok","order_id":"155"}'): Promise<Seen> {
  const requests: IncomingMessage[] = [];
  const url = await startHandler((request, response) => {
    requests.push(request);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
  });
  const parameters = (): Array<Record<string, string>> =>
    requests.map((request) => ({ ...parseTarget(request.url ?? '').parameters }));
  return { url, requests, parameters };
}

describe('send-lead, the built program', () => {
  it('sends a realistic lead, shows request, answer, verdict and a curl line, and ends with 0', async () => {
    const { url, parameters } = await startRecorder();
    const { code, stdout, stderr } = await runCli([
      'send-lead',
      '--url',
      `${url}hook.php?shop=5`,
      '--phone',
      '+79990001122',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parameters()).toEqual([
      expect.objectContaining({
        shop: '5',
        user: '',
        token: 'd41d8cd98f00b204e9800998ecf8427e',
        action: 'lead',
        title: 'Звонок от 79990001122',
        phone: '+79990001122',
        created_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      }),
    ]);
    expect(stdout).toMatch(/^Lead {3}\d+ bytes to http:\/\/127\.0\.0\.1:\d+\/hook\.php\n/);
    expect(stdout).toContain('Answer   200 OK, application/json, 32 bytes, ');
    expect(stdout).toContain('✓ accepted, order_id 155');
    expect(stdout).toContain(`curl -gsSi '${url}hook.php?shop=5&user=`);
  });

  it('puts each option into its parameter', async () => {
    const { url, parameters } = await startRecorder();
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.txt'), 'строка 1\nстрока 2\n');
    const options = {
      id: '90',
      visit: 'seo_yandex',
      title: 'Заголовок',
      text: '@text.txt',
      name: 'Пётр',
      phone: '',
      email: 'a@b.ru',
      page: 'http://site.ru/x',
      'created-date': 'yesterday',
      'manager-id': '8083396',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const more = [
      '--data',
      'marker=a=b',
      '640163=тест',
      '-f',
      'roistat=1',
      '-f',
      'x=',
      '--user',
      'demo',
      '--password',
      'p',
    ];
    const { code } = await runCli(['send-lead', '--url', url, ...args, ...more], { cwd: folder });
    expect(code).toBe(0);
    expect(parameters()).toEqual([
      {
        user: 'demo',
        token: signToken({ user: 'demo', password: 'p' }),
        action: 'lead',
        visit: 'seo_yandex',
        id: '90',
        title: 'Заголовок',
        text: 'строка 1\nстрока 2',
        name: 'Пётр',
        phone: '',
        email: 'a@b.ru',
        data: '{"page":"http://site.ru/x","marker":"a=b","640163":"тест"}',
        created_date: 'yesterday',
        manager_id: '8083396',
        roistat: '1',
        x: '',
      },
    ]);
  });

  it('reads the text from standard input', async () => {
    const { url, parameters } = await startRecorder();
    await runCli(['send-lead', '--url', url, '--text', '-'], { stdin: 'первая\nвторая\n' });
    expect(parameters()[0]?.['text']).toBe('первая\nвторая');
  });

  it('sends headers as given, and the login of the address as Basic authorization', async () => {
    const { url, requests } = await startRecorder();
    const { stdout } = await runCli([
      'send-lead',
      '--url',
      url.replace('//', '//u:p@'),
      '-H',
      'X-One: 1',
      '-H',
      'User-Agent: Test',
    ]);
    expect(requests[0]?.headers).toMatchObject({ 'x-one': '1', 'user-agent': 'Test', authorization: 'Basic dTpw' });
    expect(stdout).not.toContain('dTpw');
    expect(stdout).not.toContain('u:p@');
  });

  it('is repeatable with --seed, and otherwise unique', async () => {
    const url = async (...args: string[]): Promise<string> =>
      (await runCli(['send-lead', '--dry-run', ...args])).stdout;
    expect(await url('--seed', '7')).toBe(await url('--seed', '7'));
    expect(await url('--seed', '7')).not.toBe(await url('--seed', '8'));
    expect(await url()).not.toBe(await url());
  });

  it('prints the address alone with --dry-run, sends nothing, and warns of a long one', async () => {
    const { url, requests } = await startRecorder();
    const { code, stdout, stderr } = await runCli(['send-lead', '--dry-run', '--url', url, '--text', 'Ж'.repeat(2000)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?user=&token=d41d\S+\n$/);
    expect(stderr).toContain('The request target has 12.');
    expect(requests).toEqual([]);
  });

  it('follows up with a message for the order that was answered', async () => {
    const { url, parameters } = await startRecorder();
    const { code, stdout } = await runCli([
      'send-lead',
      '--url',
      url,
      '--with-message',
      '--json',
      '--source',
      'jivosite',
    ]);
    expect(code).toBe(0);
    expect(parameters()).toMatchObject([{ title: 'JivoSite Lead' }, { action: 'message', leadId: '155' }]);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'accepted', orderId: '155', message: { verdict: 'accepted' } });
  });

  it('rejects an answer that is not good, with its code, its meaning and a hint, and ends with 1', async () => {
    const { url } = await startRecorder('<b>Warning</b>: mysqli_connect() in a.php{"status":"ok","order_id":null}');
    const human = await runCli(['send-lead', '--url', url]);
    expect(human.code).toBe(1);
    expect(human.stdout).toContain(
      '✗ rejected\n  ✗ body-php-message: before the JSON: "Warning: mysqli_connect() in a.php"\n',
    );
    expect(human.stdout).toContain('PHP printed a message into the answer');
    const json = await runCli(['send-lead', '--url', url, '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      verdict: 'rejected',
      orderId: null,
      problems: [
        { code: 'body-php-message' },
        { code: 'order-id-null', means: expect.any(String), hint: expect.any(String) },
      ],
      response: { status: 200 },
    });
  });

  it('says that no message is sent where the lead has no order', async () => {
    const { url, requests } = await startRecorder('{"status":"error"}');
    const { code, stderr } = await runCli(['send-lead', '--url', url, '--with-message']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'note: no message was sent, for there is no order_id to send it for\n',
    });
    expect(requests).toHaveLength(1);
  });

  it('refuses text that is not UTF-8, instead of sending something else', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'text.txt'), Buffer.from([0xc7, 0xe0, 0xff]));
    const { code, stderr } = await runCli(['send-lead', '--dry-run', '--text', '@text.txt'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toBe('error: text.txt is not UTF-8\nConvert it first: iconv -f WINDOWS-1251 -t UTF-8\n');
  });

  it('lets nothing of the network reach the terminal raw', async () => {
    const { url } = await startRecorder('\u001b[2J\u001b]0;x\u0007\u009b{"status":"\u202eok"}');
    for (const args of [[], ['--json']]) {
      const { stdout } = await runCli(['send-lead', '--url', url, ...args]);
      expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
  });

  it('says in one document and with exit code 3 that nothing listens', async () => {
    const port = await freePort();
    const { code, stdout } = await runCli(['send-lead', '--url', `http://127.0.0.1:${port}/`, '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'unreachable',
      problems: [
        { code: 'connection-refused', detail: `nothing listens on 127.0.0.1:${port}: is the server running?` },
      ],
      response: null,
    });
  });

  it('ends with 3 when the answer does not come in time, and with 130 when interrupted', async () => {
    const connections = new EventEmitter();
    const port = await startTcpServer(() => connections.emit('one'));
    const url = `http://127.0.0.1:${port}/`;
    expect((await runCli(['send-lead', '--url', url, '--timeout', '200ms'])).code).toBe(3);
    const connected = once(connections, 'one');
    const waiting = startProgram(['send-lead', '--url', url]);
    await connected;
    expect(await waiting.stop('SIGINT')).toBe(130);
    expect(waiting.stdout()).toBe('');
  });

  it('shows no secret but with --show-secrets', async () => {
    const { url } = await startRecorder();
    const token = signToken({ user: 'demo', password: 'c4nary' });
    const note = (await runCli(['send-lead', '--url', url, '--user', 'demo', '--password', 'c4nary', '--dry-run']))
      .stderr;
    expect(note).toContain('the token is masked; --show-secrets');
    for (const args of [[], ['--json'], ['--dry-run'], ['--dry-run', '--json']]) {
      const call = ['send-lead', '--url', url, '--user', 'demo', '--password', 'c4nary', ...args];
      const masked = await runCli(call);
      expect(masked.stdout + masked.stderr).not.toMatch(new RegExp(`${token}|c4nary`));
      expect((await runCli([...call, '--show-secrets'])).stdout).toContain(token);
    }
  });
});

describe('send-message, the built program', () => {
  it('sends the chat under the name of the variant', async () => {
    const { url, parameters } = await startRecorder('');
    const call = ['send-message', '--url', url, '--lead-id', '155', '--title', 'Чат', '--text', 'Иван: Здравствуйте'];
    expect((await runCli(call)).code).toBe(0);
    expect((await runCli([...call, '--text-param', 'message'])).code).toBe(0);
    const common = {
      user: '',
      token: 'd41d8cd98f00b204e9800998ecf8427e',
      action: 'message',
      leadId: '155',
      title: 'Чат',
    };
    expect(parameters()).toEqual([
      { ...common, text: 'Иван: Здравствуйте' },
      { ...common, message: 'Иван: Здравствуйте' },
    ]);
  });
});
