import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { startLeadShop } from '../helpers/leadShop.ts';
import { hasPhp } from '../helpers/needs.ts';
import { startPhp } from '../helpers/php.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const send = (url: string, ...args: readonly string[]): string[] => ['send-lead', '--url', url, ...args];

interface Summary {
  readonly accepted: number;
  readonly rejected: number;
  readonly again: string | null;
  readonly problems: ReadonlyArray<{
    readonly code: string;
    readonly count: number;
    readonly first: Readonly<Record<string, string>>;
  }>;
}

describe('send-lead --count to a handler that gives every lead the same order', () => {
  it.runIf(hasPhp)('ends with 1, names two of the leads, and points to the check (needs PHP)', async () => {
    const folder = await temporaryFolder();
    const answer = `<?php header('Content-Type: application/json'); echo '{"status":"ok","order_id":"1"}';`;
    await writeFile(join(folder, 'index.php'), answer);
    const { url, stop } = await startPhp(folder);
    onTestFinished(stop);
    const { code, stdout } = await runCli(send(url, '--count', '50', '--seed', '7', '--concurrency', '1'));
    expect(code).toBe(1);
    const flat = stdout.replace(/\n +/g, ' ');
    expect(flat).toMatch(/^✗ 50 leads in [^✗]+, 50 accepted, 47 with the order of another client /);
    const [, second = '', first = ''] =
      /✗ order-id-shared: 47 times, first for lead (\d+): this lead and lead (\d+) both got the order_id "1"/.exec(
        flat,
      ) ?? [];
    expect(Number(second) - Number(first)).toBe(3);
    expect(flat).toContain('"roistat-hook check URL --only answer-own-order" shows');
    // Sent alone, neither of them goes wrong.
    expect(stdout).not.toMatch(/again/i);
  });

  it('counts them with --json, also of many that go out at once', async () => {
    const { url, leads } = await startLeadShop(() => '155');
    const { code, stdout } = await runCli(send(url, '--count', '3000', '--seed', '7', '--concurrency', '40', '--json'));
    expect(code).toBe(1);
    const { accepted, rejected, again, problems } = JSON.parse(stdout) as Summary;
    expect({ accepted, rejected, again }).toEqual({ accepted: 3000, rejected: 0, again: null });
    expect(problems).toHaveLength(1);
    const [{ code: problem, count, first } = { code: '', count: 0, first: {} }] = problems;
    expect({ problem, count }).toEqual({ problem: 'order-id-shared', count: 2997 });
    expect(first).toMatchObject({ orderId: '155', path: 'body.order_id', again: null });
    const [, other = ''] = /^this lead and lead (\d+) both got the order_id "155"$/.exec(first['detail'] ?? '') ?? [];
    const sent = new Set(leads.map(({ id }) => id));
    expect([sent.has(first['leadId'] ?? ''), sent.has(other), first['leadId'] === other]).toEqual([true, true, false]);
  });

  it.each([
    ['an id holds for all', ['--id', '90']],
    ['a phone holds for all', ['--phone', '+79990001122']],
    ['an e-mail holds for all', ['--source', 'form', '--email', 'a@b.ru']],
    ['a visit holds for all', ['--visit', '12345']],
    ['a phone holds for all, as a field', ['--field', 'phone=+79990001122']],
  ] satisfies Array<[string, string[]]>)('finds nothing where %s', async (_what, args: readonly string[]) => {
    const { url } = await startLeadShop(() => '155');
    const { code, stdout } = await runCli(send(url, '--count', '30', '--json', ...args));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 30, problems: [] });
  });

  it('finds nothing in large numbers that differ, but not as JavaScript reads them', async () => {
    let last = 1_234_567_890_123_456_701n;
    const url = await startHandler((_request, response) => {
      last += 1n;
      response.setHeader('Content-Type', 'application/json').end(`{"status":"ok","order_id":${last}}`);
    });
    const { code, stdout } = await runCli(send(url, '--count', '30', '--json'));
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Summary).problems.map((found) => found.code)).toEqual(['order-id-imprecise']);
  });

  it('finds nothing where a handler that remembers earlier runs joins by phone, then by e-mail', async () => {
    const orders = new Map<string, string>();
    const orderOf = ({ id = '', phone = '', email = '' }: Readonly<Record<string, string>>): string => {
      const order = orders.get(phone) ?? orders.get(email) ?? `order-${id}`;
      for (const contact of [phone, email]) if (!orders.has(contact)) orders.set(contact, order);
      return order;
    };
    const { url } = await startLeadShop(orderOf);
    for (const seed of ['1', '2', '3']) {
      const { code } = await runCli(send(url, '--count', '2000', '--seed', seed, '--source', 'form'));
      expect(code).toBe(0);
    }
  });

  it('finds it where the source has e-mails alone', async () => {
    const { url } = await startLeadShop(() => '155');
    const { code } = await runCli(send(url, '--count', '30', '--seed', '7', '--source', 'email'));
    expect(code).toBe(1);
  });

  it.each([
    ['phone', ({ phone = '' }) => phone],
    ['e-mail', ({ email = '' }) => email],
  ] satisfies Array<[string, (lead: Readonly<Record<string, string>>) => string]>)(
    'finds nothing in a handler that joins the leads of one client by %s',
    async (_what, orderOf: (lead: Readonly<Record<string, string>>) => string) => {
      const { url, leads } = await startLeadShop(orderOf);
      const { code } = await runCli(send(url, '--count', '4000', '--seed', '7', '--source', 'form'));
      expect(code).toBe(0);
      expect(new Set(leads.map(orderOf)).size).toBeLessThan(3500);
    },
  );
});
