import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe.runIf(hasChromium)('the list of the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it('says how to send a first lead, and shows it as it arrives', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    const { page, complaints } = await open(serve.inspectUrl);
    await page.getByRole('heading', { name: 'Waiting for the first request' }).waitFor();
    await page.getByText(`send-lead --url ${serve.url} --phone +79990001122`).waitFor();
    await sendLead(serve.url, { title: 'Звонок от 79990001122', phone: '+79990001122' });
    const row = page.getByRole('option', { name: /lead 90/ });
    await row.waitFor();
    expect(await row.textContent()).toMatch(
      /^accepted\d\d:\d\d:\d\dlead 90Звонок от 79990001122\+79990001122200order-90$/,
    );
    await sendLead(serve.url, { id: '91', created_date: 'yesterday' });
    await page.getByRole('option', { name: /lead 91/ }).waitFor();
    expect(await page.locator('.row').allTextContents()).toEqual([
      expect.stringMatching(/^odd.*lead 91/),
      expect.stringMatching(/^accepted.*lead 90/),
    ]);
    await expect
      .poll(() => page.locator('.counters').textContent())
      .toBe('2 Allaccepted1 acceptedodd1 oddrejected0 rejected');
    expect(complaints).toEqual([]);
  });

  it('has what came in before the start, and lists a record once', async () => {
    const cwd = await temporaryFolder();
    const before = await startServe([], { cwd });
    await sendLead(before.url, { id: '1' });
    await before.stop();
    const serve = await startServe([], { cwd });
    await sendLead(serve.url, { id: '2' });
    const { page } = await open(serve.inspectUrl);
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await expect.poll(() => page.locator('.row').count()).toBe(2);
  });

  it('keeps the filter in the address: reloaded, shared, and gone back from', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(cwd, [
      leadRecord(1, { phone: '+79990001111', title: 'Первый' }),
      leadRecord(2, { phone: '+79990002222', title: 'Второй', text: 'про доставку' }),
      leadRecord(3, { phone: '+79990002222' }, { answer: { status: 401, body: '{}' }, orderId: null }),
      leadRecord(4, { leadId: 'order-1' }, { action: 'message', parameters: { action: 'message', leadId: 'order-1' } }),
    ]);
    const serve = await startServe([], { cwd });
    const { page } = await open(serve.inspectUrl);
    const rows = page.locator('.row');
    const shows = async (...texts: string[]): Promise<void> => {
      await expect.poll(() => rows.locator('.subject').allTextContents()).toEqual(texts);
    };
    await shows('message order-1', 'lead 3', 'lead 2', 'lead 1');
    await page.getByPlaceholder('Phone').fill('2222');
    await shows('lead 3', 'lead 2');
    expect(page.url()).toContain('#phone=2222');
    await page.getByRole('button', { name: /rejected/ }).click();
    await shows('lead 3');
    await page.reload();
    await shows('lead 3');
    await expect.poll(() => page.getByPlaceholder('Phone').inputValue()).toBe('2222');
    await page.goBack();
    await shows('lead 3', 'lead 2');
    await page.getByPlaceholder('Search').fill('ДОСТАВК');
    await shows('lead 2');
    await page.getByRole('button', { name: 'Clear filter' }).first().click();
    await page.getByLabel('Action', { exact: true }).selectOption('message');
    await shows('message order-1');
    const { page: other } = await open(page.url());
    await expect.poll(() => other.locator('.row').count()).toBe(1);
    // What comes in is filtered, too.
    await sendLead(serve.url, { id: '7' });
    await sendLead(serve.url, { action: 'message', leadId: 'order-7' });
    await shows('message order-7', 'message order-1');
    await page.getByPlaceholder('Phone').fill('nobody');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).last().click();
    await expect.poll(() => rows.count()).toBe(6);
  });

  it('narrows the time to a bar of the chart', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(cwd, [leadRecord(1, {}), leadRecord(2, {}), leadRecord(1000, {})]);
    const { page } = await open((await startServe([], { cwd })).inspectUrl);
    const chart = page.getByRole('slider', { name: 'Arrivals over time' });
    await chart.focus();
    expect(await chart.getAttribute('aria-valuetext')).toBe('22 Nov, 10:16:30 – 10:17:00: 1 accepted');
    await page.keyboard.press('Home');
    for (let step = 0; step < 40; step += 1) await page.keyboard.press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).toBe('22 Nov, 10:00:00 – 10:00:30: 2 accepted');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    expect(page.url()).toContain('#since=2026-11-22T10%3A00%3A00.000Z&until=2026-11-22T10%3A00%3A30.000Z');
  });

  it('says so when nothing was recorded yet and the address has a filter', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    const { page } = await open(`${serve.inspectUrl}#text=zzz`);
    await page.getByText('Nothing was recorded yet.').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).last().click();
    await page.getByRole('heading', { name: 'Waiting for the first request' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');
  });

  it('offers all actions while one is chosen', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    const { page } = await open(serve.inspectUrl);
    const action = page.getByLabel('Action');
    await action.selectOption('task');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await action.selectOption('lead');
    await expect.poll(() => page.locator('.row .subject').allTextContents()).toEqual(['lead 90']);
  });

  it('downloads the lines of the journal that match, and nothing else', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    for (const id of ['1', '2', '3']) await sendLead(serve.url, { id, phone: id === '2' ? '+7999' : '+7888' });
    const { page } = await open(`${serve.inspectUrl}#phone=7888`);
    await page.locator('.row').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download JSONL' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^roistat-hook-[\dT-]+\.jsonl$/);
    // A list of downloads would keep the phone.
    expect(download.url()).toMatch(/^blob:/);
    const [file = ''] = await readdir(join(cwd, 'roistat-log'));
    const journal = await readFile(join(cwd, 'roistat-log', file), 'utf8');
    const lines = journal.split('\n').filter((line) => line.includes('+7888'));
    expect(await readFile(await download.path(), 'utf8')).toBe(`${lines.join('\n')}\n`);
    expect(lines).toHaveLength(2);
  });

  it('goes on after the server was restarted', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await sendLead(serve.url, { id: '1' });
    const { page } = await open(serve.inspectUrl);
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await serve.stop();
    await page.getByText('The server is gone.').waitFor();
    const again = await startServe(['--inspect-port', new URL(serve.inspectUrl).port], { cwd });
    await page.getByText('Live').waitFor();
    await expect.poll(() => page.getByText('The server is gone.').count()).toBe(0);
    await sendLead(again.url, { id: '2' });
    await page.getByRole('option', { name: /lead 2/ }).waitFor();
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    // Even the address of the webhook is that of the new run.
    await expect.poll(() => page.locator('.webhook code').textContent()).toBe(again.url);
  });

  it('knows the new run when the old one went away before it was heard', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await sendLead(serve.url, { id: '1' });
    const { page } = await open('about:blank');
    const isStream = (url: URL): boolean => url.pathname === '/api/events';
    await page.route(isStream, (route) => route.abort());
    await page.goto(serve.inspectUrl);
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await expect.poll(() => page.locator('.webhook code').textContent()).toBe(serve.url);
    await serve.stop();
    const again = await startServe(['--inspect-port', new URL(serve.inspectUrl).port], { cwd });
    await page.unroute(isStream);
    await expect.poll(() => page.locator('.webhook code').textContent()).toBe(again.url);
  });
});
