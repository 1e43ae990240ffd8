import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { runCli } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { type LeadValues, startLeadShop } from '../helpers/leadShop.ts';
import { typeLine } from '../helpers/shell.ts';

const send = (url: string, ...args: readonly string[]): string[] => ['send-lead', '--url', url, ...args];

/** A handler that tells the number and the parameters of each request. */
async function startTold(answer: (count: number, lead: LeadValues) => string | undefined) {
  let count = 0;
  const url = await startHandler((request, response) => {
    count += 1;
    const body = answer(count, parseTarget(request.url ?? '').parameters);
    // Without one it never answers.
    if (body !== undefined) response.setHeader('Content-Type', 'application/json').end(body);
  });
  return url;
}

const good = (count: number): string => `{"status":"ok","order_id":"${count}"}`;

describe('the summary of many leads', () => {
  it('says of how many answers it speaks, and counts none that never came', async () => {
    const url = await startTold((count) => (count % 7 === 3 ? undefined : good(count)));
    const args = ['--count', '28', '--concurrency', '4', '--timeout', '700ms'];
    const { code, stdout, stderr } = await runCli(send(url, ...args));
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout.replace(/\n +/g, ' ')).toMatch(/ 24 accepted, 4 not answered .*max [\d.]+ m?s of 24 answers /);
    const json = await runCli(send(url, '--json', ...args));
    const { durationMs, requestsPerSecond, sent } = JSON.parse(json.stdout) as Record<string, number>;
    expect(sent).toBe(28);
    expect(requestsPerSecond).toBeCloseTo(24 / ((durationMs ?? 0) / 1000), 1);
  });

  it.each([
    ['before the first answer', '1', () => undefined, '3 times in a row'],
    ['after some answers', '7', (count: number) => (count > 4 ? undefined : good(count)), '21 times in a row'],
  ] satisfies Array<[string, string, (count: number) => string | undefined, string]>)(
    'tells a handler that is too slow from one that is not there: %s',
    async (_when, concurrency, answer: (count: number) => string | undefined, row) => {
      const url = await startTold(answer);
      const args = ['--count', '1000', '--concurrency', concurrency, '--timeout', '500ms'];
      const { code, stdout, stderr } = await runCli(send(url, ...args));
      expect(code).toBe(3);
      expect(stderr).toBe(
        [
          `error: the handler at ${new URL(url).host} did not answer within 0.5 s, ${row}`,
          'Give it longer with --timeout, or send fewer at a time with --concurrency.',
          'Leads without an answer may have arrived: look in the handler.\n',
        ].join('\n'),
      );
      expect(stdout).toContain('✗ stopped: ');
      expect(stdout.includes('answers/s')).toBe(concurrency !== '1');
    },
  );

  it('tells each problem how its own lead is sent again', async () => {
    const sent: LeadValues[] = [];
    const url = await startTold((count, lead) => {
      sent.push(lead);
      if (count % 5 === 2) return '{"status":"error"}';
      if (count === 4) return '{"status":"ok"}';
      return count === 6 ? `${good(count)} debug` : good(count);
    });
    // So slow that their dates differ.
    const args = ['--count', '6', '--rate', '2/s', '--concurrency', '1', '--source', 'form'];
    const { stdout } = await runCli(send(url, ...args));
    const [, command = '', own = ''] = /^ {2}Again {5}(node .+) (--seed .+)$/m.exec(stdout) ?? [];
    const others = Array.from(stdout.matchAll(/^ {4}→ Again, below, but with (.+)$/gm), ([, words = '']) => words);
    expect(others).toHaveLength(2);
    const first = { own, lead: sent[1] };
    const atFour = { own: others[0], lead: sent[3] };
    const atSix = { own: others[1], lead: sent[5] };
    for (const { own: words, lead } of [first, atFour, atSix]) {
      sent.length = 0;
      await typeLine(`${command} ${words}`, process.cwd(), { PATH: process.env['PATH'] ?? '' }).ended;
      expect(sent).toEqual([lead]);
    }
  });

  it('gives leads of a drawn seed again, but for their dates, and says so', async () => {
    const { url, leads } = await startLeadShop();
    const args = ['--count', '20', '--concurrency', '1'];
    const drawn = await runCli(send(url, ...args));
    const [, seed = ''] =
      /^ {2}Seed {6}(\d+) \(--seed makes these leads again, but for their dates\)$/m.exec(drawn.stdout) ?? [];
    const undated = () =>
      leads.splice(0).map(({ created_date: _date, text = '', ...rest }) => ({
        ...rest,
        text: text.replace(/Время: .*/, ''),
      }));
    const before = undated();
    const given = await runCli(send(url, '--seed', seed, ...args));
    expect(undated()).toEqual(before);
    expect(given.stdout).toMatch(new RegExp(`^ {2}Seed {6}${seed}$`, 'm'));
  });

  it('has the fields of README with --json, and no others', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table = ''] = /\| field of `--json`[^\n]*\n\|[-| ]+\n((?:\|.*\n)+)/.exec(readme) ?? [];
    const names = table
      .trim()
      .split('\n')
      .flatMap((row) => Array.from((row.split('|')[1] ?? '').matchAll(/`([\w.]+)`/g), ([, name = '']) => name));
    const { url } = await startLeadShop(() => '');
    const { stdout } = await runCli(send(url, '--count', '3', '--json'));
    const { problems, ...fields } = JSON.parse(stdout) as { problems: [{ first: object }] };
    const { first, ...problem } = problems[0];
    const has = [
      ...Object.keys(fields),
      'problems',
      'problems.first',
      ...Object.keys(problem).map((name) => `problems.${name}`),
      ...Object.keys(first).map((name) => `problems.first.${name}`),
    ];
    expect(names.toSorted()).toEqual(has.toSorted());
  });
});
