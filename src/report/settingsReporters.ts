import { hanging, wrap } from './layout.ts';
import { printable, safeJson } from './printable.ts';
import { type Style } from './style.ts';

/** A setting that is in force for some commands; secrets are masked already. */
export interface SettingEntry {
  readonly setting: string;
  readonly variable: string;
  readonly value: string | boolean | readonly string[] | null;
  readonly from: string;
  readonly isSet: boolean;
  /** Empty for a global option. */
  readonly commands: readonly string[];
}

export interface SettingsReport {
  /** The file that was read. */
  readonly file: string | null;
  readonly defaultFile: string;
  readonly profile: string | null;
  readonly profiles: readonly string[];
  readonly dotenv: string | null;
  readonly settings: readonly SettingEntry[];
}

export interface SettingsReporter {
  readonly report: (report: SettingsReport, style: Style) => string;
}

/** Of the column that says where a value comes from. */
const longestOrigin = 36;
const gap = '  ';

/** Cuts a text into pieces of the width, whatever stands in it. */
function pieces(text: string, width: number): string[] {
  return text.match(new RegExp(`[^]{1,${width}}`, 'gu')) ?? [''];
}

function shownValue({ value }: SettingEntry): string[] {
  return (Array.isArray(value) ? (value as string[]) : [String(value)]).map(printable);
}

/** `default`, or `default of check` where commands differ in it. */
function shownOrigin(entry: SettingEntry, all: readonly SettingEntry[]): string {
  const isOne = all.filter(({ setting }) => setting === entry.setting).length === 1;
  return printable(isOne ? entry.from : `${entry.from} of ${entry.commands.join(', ')}`);
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

/** Columns that together fit the terminal; what is too long for its column goes on below. */
function table(entries: readonly SettingEntry[], all: readonly SettingEntry[], { chalk, columns }: Style): string {
  const rows = entries.map((entry) => [entry.setting, shownValue(entry), shownOrigin(entry, all)] as const);
  const nameWidth = longest(['setting', ...rows.map(([name]) => name)]);
  const originWidth = Math.min(longestOrigin, longest(rows.map(([, , origin]) => origin)));
  const room = Math.max(20, columns - nameWidth - originWidth - 2 * gap.length);
  const valueWidth = Math.min(room, longest(['value', ...rows.flatMap(([, value]) => value)]));
  const line = (name: string, value: string, origin: string): string =>
    [name.padEnd(nameWidth), value.padEnd(valueWidth), origin].join(gap).trimEnd();
  const lines = [chalk.dim(line('setting', 'value', 'from'))];
  for (const [name, value, origin] of rows) {
    const values = value.flatMap((text) => pieces(text, valueWidth));
    const origins = wrap(origin, originWidth).flatMap((text) => pieces(text, originWidth));
    for (let row = 0; row < Math.max(values.length, origins.length); row += 1) {
      lines.push(line(row === 0 ? name : '', values[row] ?? '', origins[row] ?? ''));
    }
  }
  return `${lines.join('\n')}\n`;
}

function sourceLines({ file, defaultFile, profile, profiles, dotenv }: SettingsReport): string[] {
  const lines = [
    file === null
      ? `Settings file: none; it would be ${defaultFile} in this folder, or --config <file>`
      : `Settings file: ${file}`,
  ];
  if (profiles.length > 0) lines.push(`Its profiles: ${profiles.join(', ')}; in force: ${profile ?? 'none'}`);
  if (dotenv !== null) lines.push(`Environment file: ${dotenv}`);
  return lines.map(printable);
}

const human: SettingsReporter = {
  report(report, style) {
    const { settings } = report;
    const set = settings.filter(({ isSet }) => isSet);
    const defaults = settings.filter(({ isSet, value }) => !isSet && value !== null);
    const without = settings.filter(({ isSet, value }) => !isSet && value === null);
    const names = [...new Set(without.map(({ setting }) => setting))].join(', ');
    const sources = sourceLines(report).map((line) => hanging('', line, style.columns));
    return [
      `${sources.join('\n')}\n`,
      table([...set, ...defaults], settings, style),
      `${hanging('Not set: ', names, style.columns)}\n`,
    ].join('\n');
  },
};

const json: SettingsReporter = {
  report: (report) => `${safeJson(report, 2)}\n`,
};

export const settingsReporters = { human, json } satisfies Record<string, SettingsReporter>;
