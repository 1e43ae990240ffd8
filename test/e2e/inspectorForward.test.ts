import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe.runIf(hasChromium)('forward and faults in the inspector (need Chromium)', () => {
  const open = useBrowser();

  it('shows what the handler behind answered, and what is wrong with it', async () => {
    const handler = await startHandler((_request, answer) => void answer.end('{"status":"ok"}'));
    const serve = await startServe(['--forward', handler], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row', { hasText: 'rejected' }).click();
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Passed on to' }) });
    expect(await section.textContent()).toContain(`${handler} · rejected`);
    // What is wrong stands first.
    const [first] = await page.locator('article section').allTextContents();
    expect(first).toMatch(/^Problems.*order-id-missing/);
  });

  it('shows a fault that was injected', async () => {
    const serve = await startServe(['--fault-sequence', 'http-500,reset'], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    await sendLead(serve.url).catch(() => {});
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row', { hasText: '500' }).click();
    await page.getByText('Injected fault: http-500').waitFor();
    await page.locator('.row', { hasText: '—' }).click();
    await page.getByText('Injected fault: reset').waitFor();
    await page.getByText('injected · no answer · reset').waitFor();
    await expect.poll(() => page.locator('.counters').textContent()).toContain('2 injected');
  });
});
