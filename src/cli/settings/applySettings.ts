import { type Command } from 'commander';
import { findSetting, type Settings } from './loadSettings.ts';
import { parseSetting } from './parseSetting.ts';
import { settingNames } from './settingNames.ts';

/** Fills options that were not given as flags: flag > environment > file > default. */
export function applySettings(command: Command, settings: Settings): void {
  for (const option of command.options) {
    const key = option.attributeName();
    if (!settingNames.includes(key) || strengthOf(command, key) === strengths['cli']) continue;
    const found = findSetting(settings, key);
    if (found) command.setOptionValueWithSource(key, parseSetting(option, found), found.source.kind);
  }
}

const strengths: Record<string, number> = { default: 1, config: 2, env: 3, cli: 4 };

/** How strong the place is that the value of an option came from; 0 when it has none. */
export function strengthOf(command: Command, key: string): number {
  return strengths[command.getOptionValueSource(key) ?? ''] ?? 0;
}
