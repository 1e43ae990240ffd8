import { describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { settingNames } from '../../src/cli/settings/settingNames.ts';
import { type SettingEntry, type SettingsReport } from '../../src/report/settingsReporters.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { callIn, callWith, folderWith, settingsFileName } from '../helpers/settings.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const secrets = {
  url: 'http://login:c4nary@crm.example/hook?x=1&token=c4nary',
  proxy: 'http://c4nary@proxy.example:3128',
  header: ['X-Shop: 7', 'Authorization: Bearer c4nary', 'X-Api-Key:c4nary'],
  field: ['token=c4nary', 'password=c4nary', 'a=b'],
  dataJson: '{"token": "c4nary"}',
  profiles: { staging: { timeout: 5, strict: true }, live: {} },
};

async function report(settings: unknown, argv: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await callWith(settings, ['config', '--json', ...argv], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as SettingsReport;
}

const byName = ({ settings }: SettingsReport): Record<string, Pick<SettingEntry, 'value' | 'from'>> =>
  Object.fromEntries(settings.map(({ setting, value, from }) => [setting, { value, from }]));

describe('config --json', () => {
  it('has every setting, its value and where that came from', async () => {
    const cwd = await folderWith({
      [settingsFileName]: {
        url: 'http://file.example/',
        timeout: '9s',
        profiles: { staging: { timeout: 5 }, live: {} },
      },
      '.env': 'ROISTAT_HOOK_USER=demouser\nROISTAT_HOOK_FIELD="a=1\nb=2"\n',
    });
    const argv = ['--no-color', 'config', '--json', '--profile', 'staging', '--dotenv', '.env'];
    const { code, stdout } = await callIn(cwd, argv, { ROISTAT_HOOK_SEED: '7', ROISTAT_HOOK_STRICT: 'yes' });
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as SettingsReport;
    expect(document).toMatchObject({
      file: settingsFileName,
      profile: 'staging',
      profiles: ['staging', 'live'],
      dotenv: '.env',
    });
    const settings = byName(document);
    expect(settings).toMatchObject({
      url: { value: 'http://file.example/', from: settingsFileName },
      timeout: { value: '5', from: 'profile staging' },
      user: { value: 'demouser', from: '.env file' },
      field: { value: ['a=1', 'b=2'], from: '.env file' },
      seed: { value: '7', from: 'environment ROISTAT_HOOK_SEED' },
      strict: { value: true, from: 'environment ROISTAT_HOOK_STRICT' },
      color: { value: false, from: 'flag --no-color' },
      port: { value: '8787', from: 'default' },
      phone: { value: null, from: 'default' },
    });
    expect(Object.keys(settings)).toEqual(settingNames);
    expect(document.settings.find(({ setting }) => setting === 'url')).toMatchObject({
      variable: 'ROISTAT_HOOK_URL',
      commands: ['send-lead', 'send-message', 'replay'],
    });
  });

  it('masks secrets', async () => {
    const document = await report(secrets, [], { ROISTAT_HOOK_PASSWORD: 'c4nary', ROISTAT_HOOK_TOKEN: 'c4nary' });
    expect(JSON.stringify(document)).not.toContain('c4nary');
    expect(byName(document)).toMatchObject({
      url: { value: 'http://***@crm.example/hook?x=1&token=***' },
      proxy: { value: 'http://***@proxy.example:3128' },
      header: { value: ['X-Shop: 7', 'Authorization: ***', 'X-Api-Key: ***'] },
      field: { value: ['token=***', 'password=***', 'a=b'] },
      password: { value: '***' },
      token: { value: '***' },
    });
  });
});

describe('config', () => {
  it('is a table of 80 columns: what is set, then the defaults, then the rest by name', async () => {
    const { stdout } = await callWith(secrets, ['config', '--profile', 'staging'], {
      ROISTAT_HOOK_PASSWORD_STDIN: '1',
      ROISTAT_HOOK_TEXT: 'a long text without an end '.repeat(20),
    });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toContain('c4nary');
    expect(stdout).toMatch(
      /^Settings file: roistat-hook\.config\.json\nIts profiles: staging, live; in force: staging\n/,
    );
    expect(stdout).toMatch(/\ntimeout +5 +profile staging\n/);
    expect(stdout).toMatch(/\npasswordStdin +true +environment\n +ROISTAT_HOOK_PASSWORD_STDIN\n/);
    expect(stdout).toMatch(/\nport +8787 +default\n/);
    expect(stdout.indexOf('\nurl ')).toBeLessThan(stdout.indexOf('\ncolor '));
    expect(stdout).toMatch(/\nNot set: action, after, cacert, /);
  });

  it('says that there is no file, and what its name would be', async () => {
    const { code, stdout, stderr } = await callIn(await temporaryFolder(), ['config']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Settings file: none; it would be roistat-hook\.config\.json/);
    expect(stdout).toMatch(/\nurl +http:\/\/127\.0\.0\.1:8787\/ +default\n/);
  });

  it('has no controls of a file in what it prints', async () => {
    const { stdout } = await callWith({ name: '\u001b[2J', profiles: { '\u001b[3J': {} } }, ['config']);
    expect(stdout).toContain(String.raw`\u001b[2J`);
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    [{ timeout: 'soon' }, [], 'roistat-hook.config.json: timeout is "soon"'],
    [{ profiles: { idle: { seed: 'x' } } }, [], 'profiles.idle.seed is "x"'],
    [{ port: 70_000, profiles: { a: { port: 1 } } }, ['--profile', 'a'], 'port is "70000"'],
  ])('finds what is wrong, also where it is not in force: %j', async (settings, argv, message) => {
    const { code, stdout, stderr } = await callWith(settings, ['config', ...argv]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('is printed as JSON when the settings say so, for it has that option, too', async () => {
    expect((await callWith({ json: true }, ['config'])).stdout).toMatch(/^\{/);
  });

  it('has colours on a terminal', async () => {
    const environment = fakeEnvironment(['config'], { cwd: await temporaryFolder(), isTTY: true });
    await run(environment);
    expect(environment.stdout.text()).toContain('\u001b[2msetting');
  });
});
