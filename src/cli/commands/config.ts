import { type Command, type Option } from 'commander';
import { type SettingEntry, type SettingsReport, settingsReporters } from '../../report/settingsReporters.ts';
import { type Context, styleFor } from '../context.ts';
import { exitCodes } from '../errors.ts';
import { findSetting, loadSettings, type Settings, type SettingsOptions } from '../settings/loadSettings.ts';
import { maskSetting } from '../settings/maskSetting.ts';
import { isRepeatable, isSwitch, parseSetting, textsOf } from '../settings/parseSetting.ts';
import { settingNames, variableOf } from '../settings/settingNames.ts';
import { defaultFileName } from '../settings/settingsFile.ts';

interface ConfigOptions extends SettingsOptions {
  readonly json?: boolean;
}

/** Value and place of one option, without the command's name. */
type Found = Pick<SettingEntry, 'value' | 'from' | 'isSet'>;

function defaultOf(command: Command, option: Option): SettingEntry['value'] {
  const key = option.attributeName();
  const value: unknown = command.getOptionValueSource(key) === 'default' ? command.getOptionValue(key) : undefined;
  if (value === undefined || typeof value === 'boolean') return value ?? null;
  return option.defaultValueDescription ?? (typeof value === 'string' ? value : JSON.stringify(value));
}

/** Finds what is wrong also where a stronger place hides it, and in profiles that are not in force. */
function checkAll(option: Option, { sources, idleSources }: Settings): void {
  for (const source of [...sources, ...idleSources]) {
    const value = source.read(option.attributeName());
    if (value !== undefined) parseSetting(option, { source, value });
  }
}

function findValue(command: Command, option: Option, settings: Settings): Found {
  const key = option.attributeName();
  checkAll(option, settings);
  const found = findSetting(settings, key);
  if (!found) return { value: defaultOf(command, option), from: 'default', isSet: false };
  const texts = textsOf(option, found).map((text) => maskSetting(key, text));
  const value = isSwitch(option)
    ? parseSetting(option, found) === true
    : isRepeatable(option)
      ? texts
      : (texts[0] ?? null);
  return { value, from: found.source.origin(key), isSet: true };
}

/** One entry for each setting; more when its commands have different defaults. */
function collectEntries(program: Command, settings: Settings): SettingEntry[] {
  const entries = new Map<string, SettingEntry & { commands: string[] }>();
  for (const command of [program, ...program.commands.filter((other) => other.name() !== 'config')]) {
    for (const option of command.options) {
      const setting = option.attributeName();
      if (option.hidden || !settingNames.includes(setting)) continue;
      const found = findValue(command, option, settings);
      const id = JSON.stringify([setting, found.value]);
      const entry = entries.get(id) ?? { setting, variable: variableOf(setting), ...found, commands: [] };
      if (command !== program) entry.commands.push(command.name());
      entries.set(id, entry);
    }
  }
  return [...entries.values()].toSorted((one, other) => (one.setting < other.setting ? -1 : 1));
}

/** The global options that were typed, over what the settings say. */
function typedFlags(program: Command): Settings['sources'] {
  const typed = program.options.filter((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
  return typed.map((option) => ({
    kind: 'env',
    origin: () => `flag ${option.long}`,
    place: () => option.long ?? '',
    read: (key) => (key === option.attributeName() && isSwitch(option) ? !option.negate : undefined),
  }));
}

async function runConfig(command: Command, { environment, loadProgram }: Context): Promise<number> {
  const options = command.optsWithGlobals<ConfigOptions>();
  const settings = await loadSettings(options, environment);
  const sources = [...typedFlags(command.parent ?? command), ...settings.sources];
  const report: SettingsReport = {
    file: settings.file?.name ?? null,
    defaultFile: defaultFileName,
    profile: settings.profile ?? null,
    profiles: [...(settings.file?.profiles.keys() ?? [])],
    dotenv: settings.dotenv ?? null,
    settings: collectEntries(await loadProgram(), { ...settings, sources }),
  };
  const { stdout } = environment;
  stdout.write(
    settingsReporters[options.json ? 'json' : 'human'].report(report, styleFor(stdout, command, environment)),
  );
  return exitCodes.ok;
}

export function configure(command: Command, context: Context): void {
  command
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
A setting is an option of a command by its name in camelCase: --log-dir is
logDir. What counts, the strongest first: the option as it is typed, the
environment (ROISTAT_HOOK_LOG_DIR), --dotenv, the profile that --profile
names, the top level of the file, the default. Passwords and tokens are for the
environment alone. The file roistat-hook.config.json of the current folder:

  {
    "url": "http://127.0.0.1:8000/webhook.php",
    "header": ["X-Shop: 7"],
    "profiles": { "staging": { "url": "https://staging.example/hook" } }
  }

Examples:
  $ roistat-hook config
  $ roistat-hook config --profile staging --json
  $ roistat-hook send-lead --profile staging --dotenv .env
`,
    )
    .action(async () => {
      context.exitCode = await runConfig(command, context);
    });
}
