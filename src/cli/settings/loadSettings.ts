import { parseEnv } from 'node:util';
import { printable } from '../../report/printable.ts';
import { type Environment } from '../environment.ts';
import { usageError } from '../errors.ts';
import { readTextFile } from '../readTextFile.ts';
import { nearestName } from './nearestName.ts';
import { locatorNames, settingNames, variableOf, variablePrefix } from './settingNames.ts';
import {
  defaultFileName,
  readSettingsFile,
  type SettingsFile,
  type SettingValue,
  type SettingValues,
} from './settingsFile.ts';

/** The global options that say where settings come from. */
export interface SettingsOptions {
  readonly config?: string;
  readonly profile?: string;
  readonly dotenv?: string;
}

/** A place that settings come from. */
interface SettingSource {
  /** `env` is stronger than `config`. */
  readonly kind: 'env' | 'config';
  /** The place of a setting as `config` shows it: `profile staging`. */
  readonly origin: (key: string) => string;
  /** The same for errors: `roistat-hook.config.json: profiles.staging.url`. */
  readonly place: (key: string) => string;
  readonly read: (key: string) => SettingValue | undefined;
}

export interface Settings {
  /** The strongest first. */
  readonly sources: readonly SettingSource[];
  /** Profiles that are not in force. */
  readonly idleSources: readonly SettingSource[];
  readonly file: SettingsFile | undefined;
  readonly profile: string | undefined;
  readonly dotenv: string | undefined;
  /** Remarks for stderr. */
  readonly notes: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A variable; an empty one counts as not set, for CI systems pass unset variables as empty ones. */
const readVariable = (variables: Variables, key: string): string | undefined => variables[variableOf(key)] || undefined;

/** Reads the environment and the files, and checks names. Values are parsed by the options that they are for. */
export async function loadSettings(options: SettingsOptions, { env, cwd, secrets }: Environment): Promise<Settings> {
  const dotenv = options.dotenv ?? readVariable(env, 'dotenv');
  const fileVariables = dotenv === undefined ? {} : parseEnv(await readTextFile(dotenv, cwd));
  secrets.addVariables(fileVariables);
  const locate = (key: 'config' | 'profile'): string | undefined =>
    options[key] ?? readVariable(env, key) ?? readVariable(fileVariables, key);
  const file = await readSettingsFile(locate('config'), cwd, secrets);
  const profile = locate('profile');
  const sources: SettingSource[] = [
    {
      kind: 'env',
      origin: (key) => `environment ${variableOf(key)}`,
      place: variableOf,
      read: (key) => readVariable(env, key),
    },
  ];
  if (dotenv !== undefined) {
    sources.push({
      kind: 'env',
      origin: () => `${dotenv} file`,
      place: (key) => `${dotenv}: ${variableOf(key)}`,
      read: (key) => readVariable(fileVariables, key),
    });
  }
  const idleSources: SettingSource[] = [];
  if (profile !== undefined) await requireProfile(profile, file);
  if (file) {
    for (const [name, values] of file.profiles) {
      (name === profile ? sources : idleSources).push(profileSource(name, values, file.name));
    }
    sources.push({
      kind: 'config',
      origin: () => file.name,
      place: (key) => `${file.name}: ${key}`,
      read: (key) => file.values.get(key),
    });
  }
  const notes = [...(await unknownVariables(env, '')), ...(await unknownVariables(fileVariables, `${dotenv}: `))];
  return { sources, idleSources, file, profile, dotenv, notes };
}

function profileSource(profile: string, values: SettingValues, fileName: string): SettingSource {
  return {
    kind: 'config',
    origin: () => `profile ${profile}`,
    place: (key) => `${fileName}: profiles.${profile}.${key}`,
    read: (key) => values.get(key),
  };
}

async function requireProfile(profile: string, file: SettingsFile | undefined): Promise<void> {
  if (!file) {
    throw usageError(
      `the profile "${profile}" needs a file of settings`,
      `There is no ${defaultFileName} in this folder; name another with --config.`,
    );
  }
  if (file.profiles.has(profile)) return;
  const names = [...file.profiles.keys()];
  const near = await nearestName(profile, names);
  const guess = near === undefined ? '' : `Did you mean ${near}? `;
  const known = names.length === 0 ? 'It has no profiles.' : `${guess}It has ${names.join(', ')}.`;
  throw usageError(`${file.name} has no profile "${profile}"`, printable(known));
}

async function unknownVariables(variables: Variables, place: string): Promise<string[]> {
  const keys = [...settingNames, ...locatorNames];
  const known = new Set(keys.map(variableOf));
  const notes: string[] = [];
  for (const [name, value] of Object.entries(variables)) {
    if (!name.startsWith(variablePrefix) || !value || known.has(name)) continue;
    const near = await nearestName(name.slice(variablePrefix.length), keys);
    const guess = near === undefined ? '' : `; did you mean ${variableOf(near)}?`;
    notes.push(`note: ${printable(place + name)} is no setting${guess}`);
  }
  return notes;
}

export interface FoundSetting {
  readonly source: SettingSource;
  readonly value: SettingValue;
}

/** The value of the strongest place that has one. */
export function findSetting({ sources }: Settings, key: string): FoundSetting | undefined {
  for (const source of sources) {
    const value = source.read(key);
    if (value !== undefined) return { source, value };
  }
  return undefined;
}
