import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callIn, callWith, dryRun, folderWith, requestOf, settingsFileName } from '../helpers/settings.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('a file of settings that is wrong ends with 2, says where, and what to do', () => {
  it.each([
    ['{"url": "http://a/",\n  "strict": true,}', '(line 2 column 18)', 'no comma after the last value'],
    ['{"url": "c4nary\u001b[2J" "user"}', 'is no JSON: ', 'double quotes'],
    ['{"password": c4nary}', 'is no JSON: ', 'double quotes'],
    ['', 'is no JSON: Unexpected end of JSON input', 'double quotes'],
    ['[]', 'is no JSON object', 'Write {"url"'],
    ['"url"', 'is no JSON object', 'Write {"url"'],
    [{ logdir: 'x' }, '"logdir" is no setting', 'Did you mean logDir?'],
    [{ 'log-dir': 'x' }, '"log-dir" is no setting', 'Did you mean logDir?'],
    [{ usr: 'x' }, '"usr" is no setting', 'Did you mean user?'],
    [{ colour: true }, '"colour" is no setting', 'Did you mean color?'],
    [{ somethingElse: 1 }, '"somethingElse" is no setting', 'roistat-hook config'],
    ['{"__proto__": 1}', '"__proto__" is no setting', 'Did you mean proxy?'],
    [{ constructor: 1 }, '"constructor" is no setting', 'roistat-hook config'],
    [{ '\u001b[2J': 1 }, String.raw`"\u001b[2J" is no setting`, 'roistat-hook config'],
    [{ password: 'c4nary' }, '"password" may not stand there', 'use ROISTAT_HOOK_PASSWORD'],
    [{ token: 'c4nary' }, '"token" may not stand there', 'use ROISTAT_HOOK_TOKEN'],
    [{ profiles: { a: { password: 'c4nary' } } }, 'profiles.a."password" may not stand there', 'ROISTAT_HOOK_PASSWORD'],
    [{ config: 'x' }, '"config" says where settings are', 'ROISTAT_HOOK_CONFIG'],
    [{ profile: 'x' }, '"profile" says where settings are', 'ROISTAT_HOOK_PROFILE'],
    [{ profiles: [] }, 'profiles is no JSON object', '{"staging": {"url"'],
    [{ profiles: { a: 'x' } }, 'profiles.a is no JSON object', '{"url"'],
    [{ profiles: { a: { profiles: {} } } }, 'profiles.a."profiles" may not stand there', 'no profiles of its own'],
    [{ profiles: { a: { ulr: 'x' } } }, 'profiles.a."ulr" is no setting', 'Did you mean url?'],
    [{ url: null }, 'url is null', 'leave it out'],
    [{ data: { a: 'b' } }, 'data is no single value', 'Write a text or a number'],
    [{ field: [['a', 'b']] }, 'field[0] is no single value', 'Write a text or a number'],
    [{ field: [true] }, 'field[0] is true', 'Write a text or a number'],
    ['{"id": 12345678901234567890}', 'id is a number too long', 'in quotes'],
    [{ url: 'crm' }, 'url is "crm"', 'Write a whole address'],
    [{ url: true }, 'url is true', '--url takes a value'],
    [{ url: ['http://a/'] }, 'url is a list', '--url takes one value'],
    [{ timeout: 'soon' }, 'timeout is "soon"', 'Write a time such as'],
    [{ wait: -1 }, 'wait is "-1"', 'Write a time such as'],
    [{ insecure: 'maybe' }, 'insecure is "maybe"', 'Use 1 or 0'],
    [{ source: 'fax' }, 'source is "fax"', 'Use one of lead-hunter'],
    [{ field: ['a=b', 'novalue'] }, 'field[1] is "novalue"', 'Write name=value'],
    [{ proxy: 'ftp://pu:c4nary@127.0.0.1:1' }, '***@127.0.0.1:1"', 'Write a whole address'],
    [{ header: ['Cookie c4nary'] }, 'header[0] is "Cookie: ***"', "'Name: value'"],
  ])('%j', async (settings, message, hint) => {
    const { code, stdout, stderr } = await callWith(settings, dryRun);
    const [error = '', advice = ''] = stderr.split('\n');
    expect(error).toContain(`error: ${settingsFileName}`);
    expect(error).toContain(message);
    expect(advice).toContain(hint);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toContain('c4nary');
    expect(stderr).not.toContain('\u001b');
  });

  it('names the file as it was given, and the profile', async () => {
    const cwd = await folderWith({ 'other.json': { profiles: { staging: { timeout: 'soon' } } } });
    const { code, stderr } = await callIn(cwd, [...dryRun, '--config', './other.json', '--profile', 'staging']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'error: ./other.json: profiles.staging.timeout is "soon"\nWrite a time such as 500ms, 20s or 2m.\n',
    });
  });

  it('and so does one that is not there, is a folder, or is not UTF-8', async () => {
    const cwd = await temporaryFolder();
    await mkdir(join(cwd, settingsFileName));
    const named = await callIn(cwd, [...dryRun, '--config', 'none.json']);
    expect(named).toMatchObject({ code: 2, stderr: 'error: cannot read none.json: there is no such file\n' });
    const folder = await callIn(cwd, dryRun);
    expect(folder).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: cannot read roistat-hook.config/) });
    const empty = await callIn(cwd, [...dryRun, '--config', '']);
    expect(empty).toMatchObject({ code: 2, stderr: expect.stringContaining('It is empty') });
  });
});

describe('what stands in a file of settings', () => {
  it('may be a text, a number, true or false, or a list where the option may be repeated', async () => {
    const settings = {
      url: 'http://crm.example/hook?x=1',
      phone: 79_990_001_122,
      name: '',
      field: ['a=1', 'b=\n2'],
      data: 'one=x',
      strict: true,
      timeout: 1.5,
    };
    const { url, parameters } = requestOf(await callWith(settings, dryRun));
    expect(url).toMatch(/^http:\/\/crm\.example\/hook\?x=1&user=/);
    expect(parameters).toMatchObject({ phone: '79990001122', name: '', a: '1', b: '\n2' });
    expect(JSON.parse(parameters['data'] ?? '')).toMatchObject({ one: 'x' });
  });

  it('is laid over by the profile, which may also take a list away', async () => {
    const settings = {
      field: ['a=1'],
      name: 'Top',
      email: 'top@mail.ru',
      profiles: { staging: { name: 'Staging', field: [] }, live: { name: 'Live' } },
    };
    const { parameters } = requestOf(await callWith(settings, [...dryRun, '--profile', 'staging']));
    expect(parameters).toMatchObject({ name: 'Staging', email: 'top@mail.ru' });
    expect(parameters).not.toHaveProperty('a');
    const live = requestOf(await callWith(settings, ['--profile', 'live', ...dryRun]));
    expect(live.parameters).toMatchObject({ name: 'Live', a: '1' });
    const fromEnvironment = requestOf(await callWith(settings, dryRun, { ROISTAT_HOOK_PROFILE: 'live' }));
    expect(fromEnvironment.parameters['name']).toBe('Live');
  });

  it('is for the commands that have such an option', async () => {
    const settings = { url: 'crm', exitAfter: 0, user: '1' };
    const { code, stdout } = await callWith(settings, ['token', '--password', '1']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '6512bd43d9caa6e02c990b0a82652dca\n' });
  });

  it('may start with a byte order mark', async () => {
    expect((await callWith('\uFEFF{"user": "1"}', ['token', '--password', '1'])).code).toBe(0);
  });
});

describe('a profile', () => {
  it('has to be there', async () => {
    const settings = { profiles: { staging: {}, live: {} } };
    expect(await callWith(settings, [...dryRun, '--profile', 'stagin'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${settingsFileName} has no profile "stagin"\nDid you mean staging? It has staging, live.\n`,
    });
    expect((await callWith(settings, [...dryRun, '--profile', 'constructor'])).code).toBe(2);
    expect((await callWith({}, [...dryRun, '--profile', 'a'])).stderr).toContain('It has no profiles.');
  });

  it('needs a file', async () => {
    const { code, stderr } = await callIn(await temporaryFolder(), [...dryRun, '--profile', 'staging']);
    expect(code).toBe(2);
    expect(stderr).toContain('the profile "staging" needs a file of settings\nThere is no roistat-hook.config.json');
  });
});

describe('help and version', () => {
  it.each([['--help'], ['--version'], ['send-lead', '--help'], ['help', 'serve']])(
    '%s %s read none',
    async (...argv) => {
      expect(await callWith('broken', argv)).toMatchObject({ code: 0, stderr: '' });
    },
  );
});
