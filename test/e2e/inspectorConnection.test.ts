import { createServer } from 'node:http';
import { type Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Hides or shows the page as switching tabs does: a browser without windows shows all of them. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
}

/** Paths of the API that the page asks for from now on. */
function watchRequests(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  return paths;
}

describe.runIf(hasChromium)('the connection of the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it('leaves room for others: nine tabs that are all seen follow what comes in', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { id: '1' });
    const { page } = await open(serve.inspectUrl);
    const tabs = [page];
    while (tabs.length < 9) {
      const tab = await page.context().newPage();
      await tab.goto(serve.inspectUrl);
      await tab.getByRole('option', { name: /lead 1/ }).waitFor();
      tabs.push(tab);
    }
    await sendLead(serve.url, { id: '2' });
    for (const tab of tabs) {
      await tab.getByRole('option', { name: /lead 2/ }).waitFor();
      expect(await tab.locator('.row').count()).toBe(2);
    }
    await tabs.at(-1)?.locator('.row').first().click();
    await tabs.at(-1)?.locator('article').waitFor();
  });

  it('is closed while the page is hidden, and what came in meanwhile is there when it is shown', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { id: '1' });
    const { page } = await open(serve.inspectUrl);
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await page.locator('.connection.live').waitFor();
    await sendLead(serve.url, { id: '1 more' });
    await page.getByRole('option', { name: /lead 1 more/ }).waitFor();
    const requests = watchRequests(page);
    const closed = page.waitForEvent('requestfailed', (request) => request.url().includes('/api/events'));
    await setHidden(page, true);
    await closed;
    await sendLead(serve.url, { id: '2' });
    await sendLead(serve.url, { id: '3' });
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    await setHidden(page, false);
    await page.getByRole('option', { name: /lead 3/ }).waitFor();
    await sendLead(serve.url, { id: '4' });
    await page.getByRole('option', { name: /lead 4/ }).waitFor();
    expect(await page.locator('.row .subject').allTextContents()).toEqual([
      'lead 4',
      'lead 3',
      'lead 2',
      'lead 1 more',
      'lead 1',
    ]);
    // The list was not read anew, and nothing was asked while it was hidden; the first stream may just have begun when
    // the watch did.
    expect(new Set(requests)).toEqual(new Set(['/api/events']));
    expect(requests.length).toBeLessThanOrEqual(2);
  });

  it('says when too many pages are open, and tries again after half a minute', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { id: '1' });
    const others = new AbortController();
    onTestFinished(() => others.abort());
    const streams = Array.from({ length: 16 }, () => fetch(`${serve.inspectUrl}api/events`, { signal: others.signal }));
    expect((await Promise.all(streams)).every(({ status }) => status === 200)).toBe(true);
    const { page } = await open('about:blank');
    await page.clock.install();
    const requests = watchRequests(page);
    await page.goto(serve.inspectUrl);
    await page.getByText('Too many pages are open').waitFor();
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await page.clock.fastForward(20_000);
    others.abort();
    await expect
      .poll(async () => {
        const response = await fetch(`${serve.inspectUrl}api/events`);
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
    await expect.poll(() => page.getByText('The server is gone').count()).toBe(0);
    await page.clock.fastForward(11_000);
    await page.locator('.connection.live').waitFor();
    await expect.poll(() => page.getByText('Too many pages').count()).toBe(0);
    expect(requests.filter((path) => path.startsWith('/api/')).toSorted()).toEqual([
      '/api/events',
      '/api/events',
      '/api/records',
      '/api/session',
    ]);
  });

  it('says when a filter is refused, and goes on when it is smaller', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { id: '1' });
    const clauses = Array.from({ length: 9 }, (_, index) => `where=id~1&where=x${index}~`);
    const { page } = await open(`${serve.inspectUrl}#${clauses.join('&')}`);
    await page.getByText('The filter has more parts than the server takes').waitFor();
    await page.locator('.connection.refused').waitFor();
    await expect.poll(() => page.getByText('The server is gone').count()).toBe(0);
    await page.getByRole('button', { name: 'Clear filter' }).first().click();
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await expect.poll(() => page.getByText('The filter has more parts').count()).toBe(0);
  });

  it('is gone when another program answers on the port', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await sendLead(serve.url, { id: '1' });
    const { page } = await open(serve.inspectUrl);
    const errors: unknown[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.getByRole('option', { name: /lead 1/ }).waitFor();
    await serve.stop();
    const other = createServer((_request, response) => {
      response.setHeader('Content-Type', 'application/json').end('{"rows":7}');
    });
    onTestFinished(() => other.close().closeAllConnections());
    await new Promise<void>((resolve) => other.listen(Number(new URL(serve.inspectUrl).port), '127.0.0.1', resolve));
    await page.getByText('The server is gone.').waitFor();
    // A filter asks for a list, which is none.
    const asked = page.waitForResponse((response) => response.url().includes('/api/records'));
    await page.getByPlaceholder('Phone').fill('7');
    await (await asked).finished();
    await page.getByText('The server is gone.').waitFor();
    await expect.poll(() => page.locator('.row').count()).toBe(1);
    expect(errors).toEqual([]);
  });

  it('asks for one list when letters are typed, and dims the old one meanwhile', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { phone: '+79990001111' });
    await sendLead(serve.url, { phone: '+79990002222' });
    const { page } = await open('about:blank');
    await page.clock.install();
    await page.goto(serve.inspectUrl);
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    const requests = watchRequests(page);
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/api/records*', async (route) => {
      await gate;
      await route.continue();
    });
    // The clock of the page stands but for what it is told, for a busy machine types slowly.
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.getByPlaceholder('Phone').focus();
    for (const digit of '0002222') {
      await page.keyboard.type(digit);
      await page.clock.runFor(100);
    }
    expect(requests.filter((path) => path === '/api/records')).toEqual([]);
    await page.clock.resume();
    await page.locator('#list[aria-busy=true]').waitFor();
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    letGo();
    await expect.poll(() => page.locator('.row').count()).toBe(1);
    await page.locator('#list[aria-busy=false]').waitFor();
    expect(requests.filter((path) => path === '/api/records')).toHaveLength(1);
  });

  it('shows no other record where one could not be read', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { id: '1' });
    await sendLead(serve.url, { id: '2' });
    const { page } = await open(serve.inspectUrl);
    await page.getByRole('option', { name: /lead 1/ }).click();
    await expect.poll(() => page.locator('#detail-title').textContent()).toContain('lead 1');
    await page.route('**/api/record?*', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.getByRole('option', { name: /lead 2/ }).click();
    await page.getByText('This request could not be read').waitFor();
    await expect.poll(() => page.locator('article').count()).toBe(0);
    await page.unroute('**/api/record?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('#detail-title').textContent()).toContain('lead 2');
  });
});
