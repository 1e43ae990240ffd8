import { describe, expect, it } from 'vitest';
import { parseMoment } from '../../src/cli/parseMoment.ts';
import { parseRate, parseRecordName, parseSpeed } from '../../src/cli/parseValues.ts';
import { isPrivateHost } from '../../src/cli/privateHost.ts';
import { replayCommandLine } from '../../src/cli/replay/replayCommandLine.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const defaults = { url: 'http://127.0.0.1:8787/', logDir: 'roistat-log', concurrency: 1, timeout: 30_000 };

describe('the command that goes on', () => {
  it('is short where nothing else was said', () => {
    expect(replayCommandLine([], defaults, { now, after: 'a:7', sent: 7 })).toBe(
      'replay --url http://127.0.0.1:8787/ --after a:7',
    );
  });

  it('says everything again, without secrets, and with times that stay', () => {
    const options = {
      ...defaults,
      url: 'http://u:c4nary@a/?token=c4nary',
      logDir: 'my log',
      config: 'c.json',
      profile: 'p',
      dotenv: '.env',
      user: '-x',
      password: 'c4nary',
      passwordStdin: true,
      set: [
        ['phone', ''],
        ['token', 'c4nary'],
      ] as Array<[string, string]>,
      action: 'lead',
      order: '-7 a',
      verdict: 'rejected' as const,
      since: parseMoment('1h'),
      until: parseMoment('2026-11-23T00:00Z'),
      where: [{ name: 'text', op: '~' as const, value: 'a b' }],
      limit: 10,
      rate: parseRate('100/m'),
      concurrency: 4,
      diff: true,
      dryRun: true,
      timeout: 1000,
      wait: 5000,
      header: [['Cookie', 'c4nary']] as Array<[string, string]>,
      showPii: true,
      json: true,
    };
    expect(replayCommandLine([], options, { now, after: 'a:7', sent: 3 })).toBe(
      "replay --config c.json --profile p --dotenv .env --log-dir 'my log' --url 'http://u:***@a/?token=***' " +
        "--user=-x --password-stdin --set phone= --set 'token=***' --action lead '--order=-7 a' --verdict rejected " +
        '--since 2026-11-22T09:00:00.000Z --until 2026-11-23T00:00:00.000Z ' +
        "--where 'text~a b' --limit 7 --rate 100/m --concurrency 4 --diff --dry-run --timeout 1000ms --wait 5000ms " +
        "-H 'Cookie: ***' --show-pii --json --after a:7",
    );
    const files = replayCommandLine(['a.jsonl', '-'], { ...options, speed: 0.5 }, { now, after: 'a:7', sent: 3 });
    expect(files).toMatch(/^replay a\.jsonl - --config/);
    expect(files).toContain(' --speed 0.5x ');
    expect(files).not.toContain('--log-dir');
  });
});

describe('values', () => {
  it('are rates, speeds and names of records', () => {
    expect(['10/s', '100/m', '0.5/s', '3600/h'].map((text) => parseRate(text).intervalMs)).toEqual([
      100, 600, 2000, 1000,
    ]);
    expect(['1x', '2x', '0.5x'].map(parseSpeed)).toEqual([1, 2, 0.5]);
    expect(parseRecordName('0badcafe:12')).toEqual({ run: '0badcafe', seq: 12 });
    expect(parseRecordName('12')).toEqual({ run: undefined, seq: 12 });
  });

  it.each(['0/s', '10', '10/d', '/s', '-1/s'])('%s is no rate', (text) =>
    expect(() => parseRate(text)).toThrow(/10\/s/),
  );
  it.each(['0x', '1', 'x', '-1x'])('%s is no speed', (text) => expect(() => parseSpeed(text)).toThrow(/1x/));
  it.each(['', 'a:', ':1', 'a:b', 'a:b:1'])('%j is no record', (text) =>
    expect(() => parseRecordName(text)).toThrow(/RUN/),
  );
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['10.1.2.3', true],
  ['172.16.0.1', true],
  ['172.32.0.1', false],
  ['192.168.1.1', true],
  ['[fd00::1]', true],
  ['[2001:db8::1]', false],
  ['8.8.8.8', false],
  ['webhook', true],
  ['shop.test', true],
  ['crm.example.com', false],
  ['localhost.example.com', false],
])('the host %s is private: %s', (host, expected) => {
  expect(isPrivateHost(new URL(`http://${host}/`))).toBe(expected);
});
