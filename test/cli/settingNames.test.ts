import { describe, expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/run.ts';
import { locatorNames, settingNames, variableOf } from '../../src/cli/settings/settingNames.ts';
import { isRepeatable } from '../../src/cli/settings/parseSetting.ts';
import { fakeEnvironment } from '../helpers/environment.ts';

async function allOptions() {
  const context = { environment: fakeEnvironment([]), exitCode: 0, loadProgram: () => loading };
  const loading = makeProgram(context, () => true);
  const program = await loading;
  return [program, ...program.commands].flatMap((command) => command.options);
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/** What is asked for once; as a setting it would keep a command from its work. */
const notSettings = new Set(['version', 'list']);

describe('the table of setting names', () => {
  it('has the options of all commands and no others, in alphabetical order', async () => {
    const names = unique((await allOptions()).map((option) => option.attributeName()));
    expect([...settingNames]).toEqual(names.filter((name) => !notSettings.has(name) && !locatorNames.includes(name)));
    expect(names).toEqual(expect.arrayContaining([...locatorNames]));
  });

  it('knows which may be given several times', async () => {
    const names = (await allOptions()).filter(isRepeatable).map((option) => option.attributeName());
    // An option that collects and is not here has a parser that hides it: give it a second parameter.
    expect(unique(names)).toEqual([
      'data',
      'fault',
      'field',
      'header',
      'only',
      'readBackHeader',
      'set',
      'skip',
      'where',
    ]);
  });

  it('gives each a variable of its own', () => {
    const variables = [...settingNames, ...locatorNames].map(variableOf);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toEqual(expect.arrayContaining(['ROISTAT_HOOK_LOG_DIR', 'ROISTAT_HOOK_PASSWORD_STDIN']));
  });

  it('has no profiles, for a file of settings has a meaning for that name', () => {
    expect(settingNames).not.toContain('profiles');
  });
});
