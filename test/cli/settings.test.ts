import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callIn, callWith, dryRun, folderWith, requestOf, settingsFileName } from '../helpers/settings.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('precedence', () => {
  /** The strongest first. Each gives the option the value that is its own name. */
  const places = ['flag', 'environment', 'dotenv', 'profile', 'file'] as const;
  type Place = (typeof places)[number];

  async function callFrom(given: ReadonlySet<Place>, key: string, valueOf: (place: Place) => string) {
    const flag = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const variable = `ROISTAT_HOOK_${flag.slice(2).toUpperCase().replaceAll('-', '_')}`;
    const setting = (place: Place) => (given.has(place) ? { [key]: valueOf(place) } : {});
    const cwd = await folderWith({
      [settingsFileName]: { ...setting('file'), profiles: { one: setting('profile'), other: { [key]: 'wrong' } } },
      '.env': given.has('dotenv') ? `${variable}='${valueOf('dotenv')}'\n` : '',
    });
    const typed = given.has('flag') ? [flag, valueOf('flag')] : [];
    const env = given.has('environment') ? { [variable]: valueOf('environment') } : {};
    return callIn(cwd, [...dryRun, '--profile', 'one', '--dotenv', '.env', ...typed], env);
  }

  it('is flag, environment, .env file, profile, file, default, in any combination', async () => {
    const options = fc.constantFrom(
      { key: 'name', parameter: 'name' },
      { key: 'createdDate', parameter: 'created_date' },
      { key: 'managerId', parameter: 'manager_id' },
    );
    await fc.assert(
      fc.asyncProperty(fc.subarray([...places]), options, async (given, { key, parameter }) => {
        const { parameters } = requestOf(await callFrom(new Set(given), key, (place) => `from ${place}`));
        const strongest = places.find((place) => given.includes(place));
        const value = parameters[parameter] ?? '';
        expect(value.startsWith('from ') ? value : 'default').toBe(strongest ? `from ${strongest}` : 'default');
      }),
      { numRuns: 60 },
    );
  });

  it('holds for what a weaker place says wrongly: it is not looked at', async () => {
    const call = await callWith({ url: 'crm' }, [...dryRun, '--url', 'http://a.example/']);
    expect(requestOf(call).url).toContain('http://a.example/');
  });

  it('holds between options that stand for each other', async () => {
    const token = async (settings: object, argv: readonly string[], env = {}) =>
      (await callWith(settings, ['token', ...argv], env)).stdout.trim();
    const md5of11 = '6512bd43d9caa6e02c990b0a82652dca';
    expect(await token({ user: '1', passwordStdin: true }, [], { ROISTAT_HOOK_PASSWORD: '1' })).toBe(md5of11);
    expect(await token({ passwordStdin: true }, ['1', '1'])).toBe(md5of11);
    expect(await token({ user: 'x' }, ['1', '1'])).toBe(md5of11);

    const data = async (settings: object, argv: readonly string[]) =>
      requestOf(await callWith(settings, [...dryRun, ...argv])).parameters['data'];
    expect(await data({ page: 'http://file/' }, ['--data-json', '{"a":1}'])).toBe('{"a":1}');
    expect(await data({ dataJson: '{"a":1}' }, ['--page', 'http://flag/'])).toContain('http://flag/');
    expect((await callWith({ dataJson: '{"a":1}', data: ['a=1'] }, dryRun)).code).toBe(2);
  });
});

describe('the environment', () => {
  it('gives a repeatable option several values, one a line', async () => {
    const env = { ROISTAT_HOOK_FIELD: 'a=1\nb=2\r\n\n', ROISTAT_HOOK_NAME: 'two\nlines' };
    const { parameters } = requestOf(await callIn(await temporaryFolder(), dryRun, env));
    expect(parameters).toMatchObject({ a: '1', b: '2', name: 'two\nlines' });
    const wrong = await callIn(await temporaryFolder(), dryRun, { ROISTAT_HOOK_FIELD: 'a=1\nnovalue' });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ROISTAT_HOOK_FIELD, line 2 is "novalue"'),
    });
  });

  it('has a note for a variable that is no setting, and stdout stays clean', async () => {
    const env = { ROISTAT_HOOK_LOGDIR: 'x', ROISTAT_HOOK_QQQQQQ: 'x', ROISTAT_HOOK_EMPTY: '', OTHER: 'x' };
    const { code, stdout, stderr } = await callIn(await temporaryFolder(), ['token', '1', '1'], env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '6512bd43d9caa6e02c990b0a82652dca\n' });
    expect(stderr).toBe(
      'note: ROISTAT_HOOK_LOGDIR is no setting; did you mean ROISTAT_HOOK_LOG_DIR?\n' +
        'note: ROISTAT_HOOK_QQQQQQ is no setting\n',
    );
  });

  it('knows its own variables', async () => {
    const env = { ROISTAT_HOOK_TOKEN: 'a', ROISTAT_HOOK_PASSWORD: '1', ROISTAT_HOOK_INSPECT: '0' };
    const { stderr } = await callIn(await folderWith({ 'c.json': { profiles: { a: {} } }, e: '' }), ['token', '1'], {
      ...env,
      ROISTAT_HOOK_CONFIG: 'c.json',
      ROISTAT_HOOK_PROFILE: 'a',
      ROISTAT_HOOK_DOTENV: 'e',
    });
    expect(stderr).toBe('');
  });

  it('has the global options, too', async () => {
    const argv = ['send-lead', '--text', '@none'];
    expect((await callIn(await temporaryFolder(), argv, { ROISTAT_HOOK_VERBOSE: '1' })).stderr).toMatch(/\n\s+at /);
    expect((await callIn(await temporaryFolder(), argv)).stderr).not.toMatch(/\n\s+at /);
    const verify = ['token', 'a', 'b', '--verify', 'f'.repeat(32)];
    const env = { FORCE_COLOR: '1' };
    expect((await callWith({ color: true }, verify, env)).stdout).toContain('\u001b');
    expect((await callWith({ color: false }, verify, env)).stdout).not.toContain('\u001b');
  });
});

describe('--dotenv', () => {
  it('counts as the environment, for variables of this program', async () => {
    const cwd = await folderWith({
      'my.env': 'ROISTAT_HOOK_USER=1\nexport ROISTAT_HOOK_PASSWORD="1" # x\nFORCE_COLOR=1\nROISTAT_HOOK_USR=x\n',
    });
    const { stdout, stderr } = await callIn(cwd, ['token', '--dotenv', 'my.env']);
    expect(stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
    expect(stderr).toBe('note: my.env: ROISTAT_HOOK_USR is no setting; did you mean ROISTAT_HOOK_USER?\n');
  });

  it('is not read unless asked for', async () => {
    const cwd = await folderWith({ '.env': 'ROISTAT_HOOK_USER=x\n' });
    expect((await callIn(cwd, ['token', '--password', '11'])).stdout).toBe('6512bd43d9caa6e02c990b0a82652dca\n');
  });

  it('has to be there', async () => {
    expect(await callIn(await temporaryFolder(), ['token', '--dotenv', '.env'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: cannot read .env: there is no such file\n',
    });
  });

  it('names itself where a value is wrong', async () => {
    const cwd = await folderWith({ '.env': 'ROISTAT_HOOK_TIMEOUT=soon\n' });
    expect((await callIn(cwd, [...dryRun, '--dotenv', '.env'])).stderr).toContain(
      '.env: ROISTAT_HOOK_TIMEOUT is "soon"',
    );
  });

  it('may say which file and which profile', async () => {
    const cwd = await folderWith({ '.env': 'ROISTAT_HOOK_CONFIG=my.json\nROISTAT_HOOK_PROFILE=one\n' });
    await writeFile(join(cwd, 'my.json'), '{"profiles": {"one": {"name": "One"}}}');
    expect(requestOf(await callIn(cwd, [...dryRun, '--dotenv', '.env'])).parameters['name']).toBe('One');
  });
});
