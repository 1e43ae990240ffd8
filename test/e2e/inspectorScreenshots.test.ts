import { mkdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, type Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { seededRandom } from '../../src/protocol/random.ts';
import { leadSources, sampleLead } from '../../src/protocol/samples.ts';
import { problem } from '../../src/protocol/problems.ts';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, writeJournal } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** `npm run screenshots` writes those of README into docs/screenshots; else all go to a folder that git ignores. */
const wanted = process.env['SCREENSHOTS'];
const folder = fileURLToPath(new URL(`../../${wanted ?? 'test/artifacts'}/`, import.meta.url));

const day = Date.UTC(2026, 10, 22);
const random = seededRandom(7);

/** Two hours of a shop: mostly fine, some odd, some refused. */
const records = Array.from({ length: 140 }, (_, index) => {
  const seq = index + 1;
  const at = new Date(day + 9 * 3_600_000 + index * 50_000 + Math.floor(random() * 40_000));
  const lead = sampleLead(leadSources[Math.floor(random() * leadSources.length)] ?? 'form', random, at);
  const fields = { receivedAt: at.toISOString(), remote: '93.184.216.34:41852', durationMs: 0.4 + random() };
  const { action: _action, ...parameters } = lead as Record<string, string>;
  if (seq % 17 === 3) {
    const sentence = 'It is md5(password + user): the order is reversed.';
    const [mismatch, date] = [
      problem('token-mismatch', 'query.token', sentence),
      problem('created-date-format', 'query.created_date', 'created_date is "22.11.2026"'),
    ];
    return leadRecord(
      seq,
      { ...parameters, user: 'demouser', created_date: '22.11.2026' },
      {
        ...fields,
        token: 'mismatch',
        tokenDiagnosis: sentence,
        problems: [mismatch, date],
        answer: { status: 401, body: '{"status":"error","message":"wrong token"}' },
        orderId: null,
      },
    );
  }
  if (seq % 11 === 5) {
    const lost = problem('phone-plus-lost', 'query.phone', 'phone is " 79990001122"');
    return leadRecord(seq, { ...parameters, phone: ' 79990001122' }, { ...fields, problems: [lost] });
  }
  return leadRecord(seq, parameters, { ...fields, token: 'match' });
});

/** The same over three days, with what goes wrong in every way. */
const troubled = records.map((record): JournalRecord => {
  const at = day - 2 * 86_400_000 + record.seq * 1_500_000;
  const then = { ...record, receivedAt: new Date(at).toISOString() };
  if (record.seq % 9 === 4) return { ...then, answer: null, orderId: null };
  if (record.seq % 13 === 6) {
    return { ...then, fault: 'http-500', answer: { status: 500, body: 'oops' }, orderId: null };
  }
  return then;
});

interface Shot {
  readonly name: string;
  readonly options?: BrowserContextOptions;
  readonly journal?: readonly JournalRecord[];
  readonly prepare?: (page: Page) => Promise<unknown>;
  readonly inReadme?: boolean;
}

const openRejected = async (page: Page): Promise<void> => {
  await page.locator('.row .status.rejected').first().click();
  await page.locator('article .problems').waitFor();
};
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2 };

const shots: readonly Shot[] = [
  { name: 'list-light', inReadme: true },
  { name: 'detail-dark', options: { colorScheme: 'dark' }, prepare: openRejected, inReadme: true },
  { name: 'list-dark', options: { colorScheme: 'dark' } },
  { name: 'detail-light', prepare: openRejected },
  { name: 'empty', journal: [] },
  {
    name: 'no-match',
    prepare: async (page) => {
      await page.getByPlaceholder('Phone').fill('nobody');
      await page.getByText('Nothing matches').waitFor();
    },
  },
  { name: 'phone', options: phone },
  { name: 'phone-detail', options: phone, prepare: openRejected },
  { name: 'empty-russian', journal: [], options: { ...phone, locale: 'ru-RU' } },
  { name: 'troubled', journal: troubled },
  { name: 'troubled-chart', journal: troubled, prepare: (page) => page.getByRole('slider').focus() },
  { name: 'troubled-russian', journal: troubled, options: { locale: 'ru-RU' }, prepare: openRejected },
  {
    name: 'troubled-dark',
    journal: troubled,
    options: { colorScheme: 'dark' },
    prepare: async (page) => {
      await openRejected(page);
      await page.getByRole('slider').focus();
    },
  },
  { name: 'troubled-phone', journal: troubled, options: phone },
  { name: 'troubled-phone-russian', journal: troubled, options: { ...phone, locale: 'ru-RU' } },
  {
    name: 'missing',
    prepare: async (page) => {
      await page.goto(`${page.url()}#id=0badcafe:999`);
      await page.getByText('no longer held').waitFor();
    },
  },
  {
    name: 'failed-phone',
    options: { ...phone, locale: 'ru-RU' },
    prepare: async (page) => {
      await page.route('**/api/record?*', (route) => route.abort());
      await page.locator('.row').first().click();
      await page.getByText('Попробовать').waitFor();
    },
  },
  { name: 'russian', options: { locale: 'ru-RU' }, prepare: openRejected },
];

describe.runIf(hasChromium)('screenshots (need Chromium)', () => {
  const open = useBrowser();

  it.each(shots.filter(({ inReadme }) => inReadme || wanted === undefined))('$name', async (shot) => {
    const { name, options, journal = records, prepare } = shot;
    const isEmpty = journal.length === 0;
    const cwd = await temporaryFolder();
    if (!isEmpty) await writeJournal(cwd, journal);
    const serve = await startServe([], { cwd });
    const { page } = await open('about:blank', { viewport: { width: 1280, height: 760 }, ...options });
    // The same picture each time: the moment and the port are fixed.
    await page.clock.setFixedTime(day + 11 * 3_600_000);
    await page.route('**/api/session', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replaceAll(serve.url, 'http://127.0.0.1:8787/') });
    });
    await page.goto(serve.inspectUrl);
    await (isEmpty ? page.locator('.empty') : page.locator('.row').first()).waitFor();
    await page.locator('.connection.live').waitFor();
    await prepare?.(page);
    await mkdir(folder, { recursive: true });
    const path = `${folder}${name}.png`;
    await page.screenshot({ path });
    const { size } = await stat(path);
    expect(size).toBeGreaterThan(5000);
    expect(size).toBeLessThan(shot.inReadme ? 200_000 : 1_000_000);
  });
});
