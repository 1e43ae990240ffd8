import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

async function serveRecords(records: readonly JournalRecord[], options: readonly string[] = []): Promise<string> {
  const cwd = await temporaryFolder();
  await writeJournal(cwd, records);
  return (await startServe([...options], { cwd })).inspectUrl;
}

const rejected = { answer: { status: 400, body: '{}' }, orderId: null } as const;
const ofEachVerdict = [
  leadRecord(1, {}),
  leadRecord(2, {}, { problems: [{ code: 'phone-plus-lost', severity: 'warning', path: '', detail: '' }] }),
  leadRecord(3, {}, rejected),
  leadRecord(4, {}, { answer: null, orderId: null }),
  leadRecord(5, {}, { fault: 'http-500', answer: { status: 500, body: '' }, orderId: null }),
];

describe.runIf(hasChromium)('reading in the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it('has its keys on a keyboard with other letters, too', async () => {
    const { page } = await open(await serveRecords([leadRecord(1, {}), leadRecord(2, {})]));
    await page.locator('.row').first().waitFor();
    const press = (key: string, code: string, more = {}): Promise<void> =>
      page.dispatchEvent('body', 'keydown', { key, code, bubbles: true, ...more });
    const title = page.locator('#detail-title');
    await press('о', 'KeyJ');
    await expect.poll(() => title.textContent()).toContain('lead 2');
    await press('о', 'KeyJ');
    await expect.poll(() => title.textContent()).toContain('lead 1');
    await press('л', 'KeyK');
    await expect.poll(() => title.textContent()).toContain('lead 2');
    // Where a key bears another Latin letter, that one counts; and Ctrl+J is the browser's.
    await press('h', 'KeyJ');
    await press('о', 'KeyJ', { ctrlKey: true });
    await press('О', 'KeyJ', { shiftKey: true });
    expect(page.url()).toMatch(/%3A2$/);
    await press('.', 'Slash');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await page.keyboard.press('Escape');
    await press(',', 'Slash', { shiftKey: true });
    await page.getByRole('dialog').waitFor();
  });

  it('begins each record at its top', async () => {
    const long = { text: 'line\n'.repeat(50) };
    const { page } = await open(await serveRecords([leadRecord(1, long), leadRecord(2, long)]));
    await page.locator('.row', { hasText: 'lead 1' }).click();
    const pane = page.locator('.right');
    await page.locator('article').waitFor();
    await pane.evaluate((element) => element.scrollTo({ top: 500 }));
    expect(await pane.evaluate(({ scrollTop }) => scrollTop)).toBe(500);
    await page.locator('.row', { hasText: 'lead 2' }).click();
    await expect.poll(() => page.locator('#detail-title').textContent()).toContain('lead 2');
    expect(await pane.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  });

  it('says how bodies are kept, and how many bytes they have', async () => {
    const body = { bytes: 5000, encoding: 'base64', data: '/w==', truncated: true } as const;
    const url = await serveRecords([
      leadRecord(1, {}, { body, answer: { status: 200, body: '{"я":"ю"}' } }),
      leadRecord(2, {}, { answer: { status: 200, body: '/wD/', encoding: 'base64' } }),
    ]);
    const { page } = await open(url);
    await page.locator('.row', { hasText: 'lead 1' }).click();
    const request = page.locator('section', { has: page.getByRole('heading', { name: 'Request', exact: true }) });
    await expect.poll(() => request.textContent()).toContain('base64, 5,000 bytes');
    expect(await request.textContent()).toContain('Only the beginning is kept.');
    const status = page.locator('.answer-status');
    expect(await status.textContent()).toBe('HTTP 200 11 bytes');
    await page.locator('.row', { hasText: 'lead 2' }).click();
    await expect.poll(() => status.textContent()).toBe('HTTP 200 base64, 3 bytes');
    expect(await request.textContent()).not.toContain('Only the beginning');
  });

  it('counts no bytes of masked texts', async () => {
    const { page } = await open(await serveRecords([leadRecord(1, { phone: '+79990001122' })], ['--redact']));
    await page.locator('.row').click();
    await expect.poll(() => page.locator('.answer-status').textContent()).toBe('HTTP 200 ');
  });

  it('lets text of a row be selected', async () => {
    const { page } = await open(await serveRecords([leadRecord(1, { title: 'Звонок от клиента из Москвы' })]));
    const box = await page.locator('.row .title').boundingBox();
    const { x, y, height } = box ?? { x: 0, y: 0, height: 0 };
    await page.mouse.move(x + 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + 90, y + height / 2, { steps: 5 });
    await page.mouse.up();
    expect(await page.evaluate('String(getSelection())')).toMatch(/^Звонок/);
    expect(page.url()).not.toContain('id=');
    await page.locator('.row').click();
    await page.locator('article').waitFor();
  });

  it('shows a bound of time that stands alone, and takes it back', async () => {
    const { page } = await open(`${await serveRecords(ofEachVerdict)}#since=2026-11-22T10:00:04Z`);
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    await page.getByRole('button', { name: 'since 22 Nov, 10:00' }).click();
    await expect.poll(() => page.locator('.row').count()).toBe(5);
    await page.goto(`${page.url()}#until=nonsense`);
    await expect.poll(() => page.locator('.chip').count()).toBe(0);
  });

  it('has days at both ends of a chart of several days', async () => {
    const { page } = await open(
      await serveRecords([leadRecord(1, {}), leadRecord(2, {}, { receivedAt: '2026-11-23T20:00:00.000Z' })]),
    );
    const axis = page.locator('.axis > span');
    await axis.first().waitFor();
    expect(await axis.allTextContents()).toEqual(['22 Nov, 10:00', '23 Nov, 21:00']);
  });

  it('says that a record is not held, with a button of its own width', async () => {
    const { page } = await open(`${await serveRecords(ofEachVerdict)}#id=0badcafe%3A999`);
    await page.getByText('no longer held here; roistat-hook log reads the whole journal').waitFor();
    const box = await page.getByRole('button', { name: 'Back to the list' }).boundingBox();
    expect(box?.width).toBeLessThan(200);
  });

  it('claims nothing of an unknown action', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { action: 'dance' });
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').click();
    await page.getByRole('row', { name: /^action/ }).waitFor();
    expect(
      await page
        .getByRole('row', { name: /^action/ })
        .locator('.meaning')
        .textContent(),
    ).toBe('');
  });

  it.each([
    ['en-GB', 1280],
    ['ru-RU', 1280],
    ['ru-RU', 390],
  ])('fits with every verdict at once: %s, %d pixels wide', async (locale, width) => {
    const { page } = await open(await serveRecords(ofEachVerdict), { locale, viewport: { width, height: 800 } });
    await page.locator('.row').first().waitFor();
    if (width > 860) await page.locator('.row').first().click();
    if (width > 860) await page.locator('article').waitFor();
    // Nothing moves the page itself, for only panes scroll.
    const [pageHeight, pageWidth] = await page.evaluate<number[]>(
      '[document.documentElement.scrollHeight, document.documentElement.scrollWidth]',
    );
    expect([pageHeight, pageWidth]).toEqual([800, width]);
    const column = await page.locator('.left').boundingBox();
    const inside = [...(await page.locator('.counters button, .toolbar input, .toolbar select, .export').all())];
    expect(inside.length).toBeGreaterThan(9);
    for (const element of inside) {
      const box = await element.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual((column?.x ?? 0) + 12);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((column?.width ?? 0) - 12);
    }
    const counters = await page.locator('.counters').boundingBox();
    expect(counters?.height).toBeLessThan(70);
    const toolbar = await page.locator('.toolbar').boundingBox();
    expect(toolbar?.height).toBeLessThan(width > 860 ? 60 : 110);
  });
});
