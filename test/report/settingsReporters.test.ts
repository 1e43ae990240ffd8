import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SettingEntry, type SettingsReport, settingsReporters } from '../../src/report/settingsReporters.ts';
import { makeStyle } from '../../src/report/style.ts';

const style = makeStyle({ colourLevel: 0, columns: 80 });

function reportOf(settings: readonly SettingEntry[], fields: Partial<SettingsReport> = {}): string {
  const report = { file: null, defaultFile: 'x.json', profile: null, profiles: [], dotenv: null, ...fields, settings };
  return settingsReporters.human.report(report, style);
}

const timeout = { setting: 'timeout', variable: 'ROISTAT_HOOK_TIMEOUT', from: 'default', isSet: false };

describe('the table of settings', () => {
  it('says of which command a default is, where commands differ', () => {
    const lines = reportOf([
      { ...timeout, value: '20s', commands: ['check'] },
      { ...timeout, value: '30s', commands: ['send-lead', 'send-message'] },
      { ...timeout, setting: 'port', value: '8787', commands: ['serve'] },
    ]);
    expect(lines).toContain('timeout  20s    default of check\n');
    expect(lines).toContain('timeout  30s    default of send-lead, send-message\n');
    expect(lines).toContain('port     8787   default\n');
  });

  it('fits 80 columns and loses nothing, however long values and places are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'Я', '-', ':'), minLength: 1, maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1 }), text, (value, list, from) => {
        const entries = [
          { ...timeout, value, from, isSet: true, commands: [] },
          { ...timeout, setting: 'header', value: list, from: 'profile x', isSet: true, commands: [] },
        ];
        const output = reportOf(entries, { profiles: ['a'.repeat(50), 'b'.repeat(50)], file: 'x.json' });
        expect(output.split('\n').filter((line) => line.length > 80)).toEqual([]);
        // No label has this letter.
        const count = (part: string): number => part.split('Я').length - 1;
        expect(count(output)).toBe(count([value, ...list, from].join('')));
      }),
    );
  });
});
