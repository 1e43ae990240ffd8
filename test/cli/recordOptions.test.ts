import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addLogDirOption, addRecordFilterOptions, recordFilterOf, recordInputs } from '../../src/cli/recordOptions.ts';
import { fakeEnvironment } from '../helpers/environment.ts';

const now = new Date(2026, 10, 22, 10, 0, 0);

/** The filter of a command line. */
function filterOf(...args: readonly string[]) {
  const command = addLogDirOption(addRecordFilterOptions(new Command())).exitOverride();
  command.configureOutput({ writeErr: () => {} }).parse([...args], { from: 'user' });
  return recordFilterOf(command.opts(), now);
}

const local = (...parts: readonly [number, number, number, number?, number?]): Date =>
  new Date(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0, parts[4] ?? 0);

describe('the options that choose records', () => {
  it('become a filter', () => {
    expect(filterOf()).toEqual({
      action: undefined,
      verdict: undefined,
      since: undefined,
      until: undefined,
      where: [],
    });
    expect(filterOf('--order', '--order=90')).toMatchObject({ order: '--order=90' });
    expect(() => filterOf('--order', ' ')).toThrow('It is empty');
    expect(filterOf('--action', 'lead', '--verdict', 'odd', '--where', 'id=90', 'text~x')).toMatchObject({
      action: 'lead',
      verdict: 'odd',
      where: [
        { name: 'id', op: '=', value: '90' },
        { name: 'text', op: '~', value: 'x' },
      ],
    });
  });

  it.each([
    ['30m', local(2026, 11, 22, 9, 30), local(2026, 11, 22, 9, 30)],
    ['1.5h', local(2026, 11, 22, 8, 30), local(2026, 11, 22, 8, 30)],
    ['2d', local(2026, 11, 20, 10), local(2026, 11, 20, 10)],
    ['1w', local(2026, 11, 15, 10), local(2026, 11, 15, 10)],
    ['today', local(2026, 11, 22), local(2026, 11, 23)],
    ['yesterday', local(2026, 11, 21), local(2026, 11, 22)],
    ['2026-02-28', local(2026, 2, 28), local(2026, 3, 1)],
    ['2026-11-20T08:15', local(2026, 11, 20, 8, 15), local(2026, 11, 20, 8, 15)],
    ['2026-11-20 08:15', local(2026, 11, 20, 8, 15), local(2026, 11, 20, 8, 15)],
    ['9:05', local(2026, 11, 22, 9, 5), local(2026, 11, 22, 9, 5)],
    ['2026-11-20T08:15:30.250Z', new Date('2026-11-20T08:15:30.250Z'), new Date('2026-11-20T08:15:30.250Z')],
    ['2026-11-20T08:15+03:00', new Date('2026-11-20T05:15:00Z'), new Date('2026-11-20T05:15:00Z')],
  ])('a time is a moment, a day lasts to its end: %s', (text, since, until) => {
    expect(filterOf('--since', text)).toMatchObject({ since });
    expect(filterOf('--until', text)).toMatchObject({ until });
  });

  it.each(['2026-02-30', '2026-13-01', '2026-11-22T25:00', '24:00', '30', '1y', 'tomorrow', '', '2026-11-22Z'])(
    'refuses "%s" as a time',
    (text) => {
      expect(() => filterOf('--since', text)).toThrow('Write 30m, 2h or 1d ago');
    },
  );

  it('refuses a verdict that there is not, and times with nothing between them', () => {
    expect(() => filterOf('--verdict', 'good')).toThrow('Allowed choices are accepted, odd');
    expect(() => filterOf('--since', '1h', '--until', '2h')).toThrow('no time is between');
    expect(() => filterOf('--since', '1h', '--until', '1h')).toThrow('no time is between');
  });
});

describe('where records are read from', () => {
  const environment = fakeEnvironment([], { cwd: '/shop' });

  it('is the folder of --log-dir unless files are named, and standard input for -', () => {
    expect(recordInputs([], 'log', environment)).toEqual([{ kind: 'path', path: '/shop/log' }]);
    expect(recordInputs(['a.jsonl', '-', '/b'], 'log', environment)).toMatchObject([
      { kind: 'path', path: '/shop/a.jsonl' },
      { kind: 'stream', name: 'standard input' },
      { kind: 'path', path: '/b' },
    ]);
    expect(() => recordInputs(['-', '-'], 'log', environment)).toThrow('- is there twice');
  });
});
