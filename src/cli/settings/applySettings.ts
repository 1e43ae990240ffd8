import { type Command } from 'commander';
import { findSetting, type Settings } from './loadSettings.ts';
import { settingNames } from './settingNames.ts';

/** Fills options that were not given as flags: flag > environment > file > default. */
export async function applySettings(command: Command, settings: Settings): Promise<void> {
  for (const option of command.options) {
    const key = option.attributeName();
    if (!settingNames.includes(key) || command.getOptionValueSource(key) === 'cli') continue;
    const found = findSetting(settings, key);
    if (!found) continue;
    const { parseSetting } = await import('./parseSetting.ts');
    command.setOptionValueWithSource(key, parseSetting(option, found), found.source.kind);
  }
}
