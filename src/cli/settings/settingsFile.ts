import { usageError } from '../errors.ts';
import { readTextFile, readTextFileIfThere } from '../readTextFile.ts';
import { type Secrets } from '../secrets.ts';
import { nearestName } from './nearestName.ts';
import { locatorNames, secretSettings, settingNames, variableOf } from './settingNames.ts';

/** What is read from the current folder when no file is named. */
export const defaultFileName = 'roistat-hook.config.json';

/** A value as it stands in a file or in the environment (there always a text). */
export type SettingValue = string | number | boolean | ReadonlyArray<string | number>;
export type SettingValues = ReadonlyMap<string, SettingValue>;

export interface SettingsFile {
  /** As it was given: the name that errors use. */
  readonly name: string;
  readonly values: SettingValues;
  readonly profiles: ReadonlyMap<string, SettingValues>;
}

/**
 * Reads the file of settings: the named one, which has to be there, or the default one of the folder, undefined when
 * there is none. Keys are checked here; values by the options that they are for.
 */
export async function readSettingsFile(
  path: string | undefined,
  cwd: string,
  secrets: Secrets,
): Promise<SettingsFile | undefined> {
  const name = path ?? defaultFileName;
  const text = path === undefined ? await readTextFileIfThere(name, cwd) : await readTextFile(name, cwd);
  if (text === undefined) return undefined;
  const all = parseObject(text, name);
  secrets.addSettings(all);
  const { profiles = {}, ...values } = all;
  const profilesPlace = `${name}: profiles`;
  const checkedProfiles = new Map<string, SettingValues>();
  for (const [profile, profileValues] of Object.entries(asObject(profiles, profilesPlace))) {
    const place = `${profilesPlace}.${profile}`;
    checkedProfiles.set(profile, await checkValues(asObject(profileValues, place), (key) => `${place}.${key}`));
  }
  return { name, values: await checkValues(values, (key) => `${name}: ${key}`), profiles: checkedProfiles };
}

function parseObject(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    // Without the piece of the file that some messages repeat: it may hold a secret.
    const what = message.replace(/, (?:\.\.\.)?"[^]*$/, '');
    const hint = 'JSON has double quotes, no comments, and no comma after the last value.';
    throw usageError(`${name} is no JSON: ${what}${placeIn(text, message)}`, hint);
  }
  return asObject(value, name);
}

/** Line and column for the position that most messages of JSON.parse name; newer versions of Node add them. */
function placeIn(text: string, message: string): string {
  const position = /at position (\d+)$/.exec(message)?.[1];
  if (position === undefined) return '';
  const lines = text.slice(0, Number(position)).split('\n');
  return ` (line ${lines.length} column ${(lines.at(-1) ?? '').length + 1})`;
}

function asObject(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const hint = place.endsWith(': profiles') ? '{"staging": {"url": "…"}}' : '{"url": "http://127.0.0.1:8000/"}';
  throw usageError(`${place} is no JSON object`, `Write ${hint}.`);
}

async function checkValues(
  values: Readonly<Record<string, unknown>>,
  placeOf: (key: string) => string,
): Promise<SettingValues> {
  const checked = new Map<string, SettingValue>();
  for (const [key, value] of Object.entries(values)) {
    await checkKey(key, placeOf(JSON.stringify(key)));
    checked.set(key, checkValue(value, placeOf(key)));
  }
  return checked;
}

async function checkKey(key: string, place: string): Promise<void> {
  if (secretSettings.has(key)) {
    throw usageError(
      `${place} may not stand there`,
      `Secrets do not belong in a file of the project: use ${variableOf(key)}.`,
    );
  }
  if (settingNames.includes(key)) return;
  if (locatorNames.includes(key)) {
    throw usageError(`${place} says where settings are, so it cannot be one`, `Use ${variableOf(key)} or the option.`);
  }
  if (key === 'profiles') throw usageError(`${place} may not stand there`, 'A profile has no profiles of its own.');
  const near = await nearestName(key, settingNames);
  throw usageError(
    `${place} is no setting`,
    near === undefined ? 'The command "roistat-hook config" lists all.' : `Did you mean ${near}?`,
  );
}

function checkValue(value: unknown, place: string): SettingValue {
  if (Array.isArray(value)) return value.map((item, index) => checkItem(item, `${place}[${index}]`));
  return typeof value === 'boolean' ? value : checkItem(value, place);
}

function checkItem(value: unknown, place: string): string | number {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') {
    const what = value === null ? 'null' : typeof value === 'boolean' ? String(value) : 'no single value';
    throw usageError(`${place} is ${what}`, 'Write a text or a number, or leave it out.');
  }
  // Such a number has lost digits already: an id of 20 digits, say.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw usageError(`${place} is a number too long to be exact`, 'Write it in quotes.');
  }
  return value;
}
