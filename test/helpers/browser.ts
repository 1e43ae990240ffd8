import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { chromiumPath } from './needs.ts';

/** What a page said beside what it shows: errors of its scripts, refusals of its policy, dialogs. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: string[];
}

/** One Chromium for the tests of a file, started when the first of them opens a page. */
export function useBrowser(): (url: string, options?: BrowserContextOptions) => Promise<OpenPage> {
  let browser: Promise<Browser> | undefined;
  afterAll(async () => (await browser)?.close());
  return async (url, options = {}) => {
    browser ??= chromium.launch({
      ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
      // Root has no sandbox in Chromium.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
    const context = await (
      await browser
    ).newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(5000);
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(url);
    return { page, complaints };
  };
}
