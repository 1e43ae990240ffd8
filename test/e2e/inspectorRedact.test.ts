import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const personal = { phone: '+79990001122', name: 'Иван Петров' };

describe.runIf(hasChromium)('the eye of --redact, closed again (needs Chromium)', () => {
  const open = useBrowser();

  /** A page with a record open, in which the personal data is shown. */
  async function openRevealed() {
    const serve = await startServe(['--redact'], { cwd: await temporaryFolder() });
    await sendLead(serve.url, personal);
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').click();
    const eye = page.getByRole('button', { name: 'Show personal data' });
    await eye.click();
    await page.locator('.row').getByText('+79990001122').waitFor();
    await page.locator('article .parameters').getByText('+79990001122', { exact: true }).waitFor();
    return { serve, page, eye };
  }

  it('hides what a handler answered to a replay', async () => {
    const handler = await startHandler((_request, answer) => {
      answer
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ status: 'ok', order_id: 1, ...personal }));
    });
    const { page, eye } = await openRevealed();
    await page.getByLabel('Send it again to').fill(handler);
    await page.keyboard.press('Enter');
    await page.locator('.comparison').getByText('Иван Петров').waitFor();
    await eye.click();
    await page
      .getByRole('row', { name: /^phone/ })
      .getByText('+7999***22')
      .waitFor();
    expect(await page.locator('body').textContent()).not.toMatch(/9990001122|Петров/);
  });

  it('hides the list and the record at once, also when the server is gone', async () => {
    const { serve, page, eye } = await openRevealed();
    await serve.stop();
    await page.getByText('The server is gone.').waitFor();
    await eye.click();
    await expect.poll(() => page.locator('body').textContent()).not.toMatch(/9990001122|Петров/);
  });
});
