import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signToken } from '../../src/protocol/token.ts';
import { hasCurl, hasPhp } from '../helpers/needs.ts';
import { deliver, type Delivered, type Echo, handlersFolder, type RunningPhp, startPhp } from '../helpers/php.ts';

/** Runs a command as a person does who pastes it into a shell with these variables. */
async function runInBash(command: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', ...variables };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { env });
  return stdout;
}

/** The body of an answer that curl printed with its headers. */
function bodyOf(answer: string): Echo {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Echo;
}

const credentials = { user: 'demouser', password: "пароль'$HOME" };
const token = signToken(credentials);
const credentialArgs = ['--user', credentials.user, '--password', credentials.password];

describe.runIf(hasPhp && hasCurl)('the curl command of a delivery (needs PHP and curl)', { concurrent: true }, () => {
  let php: RunningPhp;
  let url: string;
  let signed: Delivered;
  beforeAll(async () => {
    php = await startPhp(handlersFolder);
    // A path that a shell would change if it were not quoted.
    url = `${php.url}echo-get.php/it's/$HOME/{a,b}/[1-3]`;
    signed = await deliver('send-lead', url, credentialArgs);
  });
  afterAll(() => php.stop());

  test('it sends a lead full of quotes, JSON and shell syntax again as it was', async () => {
    const text = `'single' "double" \`id\` $(id) $HOME !! \\ {"a":["+",'b']} {1,2} [1-3] #?&;|<>* ~`;
    const args = ['--phone', '+79990001122', '--text', text, '--name', "O'Нил", '--data', `quote="'`];
    const { document } = await deliver('send-lead', url, args);
    const { get, query } = bodyOf(await runInBash(document.request.curl));
    expect(get).toEqual(document.request.parameters);
    expect(get).toMatchObject({ phone: '+79990001122', text, name: "O'Нил" });
    expect(JSON.parse(get['data'] ?? '')).toMatchObject({ quote: `"'` });
    expect(document.request.url.endsWith(`?${query}`)).toBe(true);
  });

  test('it takes a secret token from ROISTAT_HOOK_TOKEN', async () => {
    const { parameters, curl } = signed.document.request;
    expect(parameters['token']).toBe('***');
    expect(bodyOf(await runInBash(curl, { ROISTAT_HOOK_TOKEN: token })).get).toEqual({ ...parameters, token });
  });

  test('without ROISTAT_HOOK_TOKEN it sends nothing and says what to set', async () => {
    await expect(runInBash(signed.document.request.curl)).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/ROISTAT_HOOK_TOKEN.*set it to the token first/),
    });
  });

  test('the document holds no token, even when the handler repeats it in its answer', () => {
    expect(signed.stdout).toContain(String.raw`\"get\":`);
    expect(signed.stdout).not.toContain(token);
  });

  test('the document holds no token, even when a problem quotes an answer that repeats it', async () => {
    const { document, stdout } = await deliver('send-lead', `${php.url}broken/body-extra-text.php`, credentialArgs);
    expect(document.problems.map(({ code }) => code)).toEqual(['body-extra-text']);
    expect(stdout).not.toContain(token);
  });

  test('with --show-secrets it needs no variable', async () => {
    const { document } = await deliver('send-lead', url, [...credentialArgs, '--show-secrets']);
    expect(document.request.parameters['token']).toBe(token);
    expect(bodyOf(await runInBash(document.request.curl)).get).toEqual(document.request.parameters);
  });
});
