import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const markup = [
  '<script>window.hit=1;alert(1)</script>',
  '<img src=x onerror="window.hit=1;alert(1)">',
  'javascript:alert(1)',
  '"><svg onload=alert(1)>',
  '</title><script>alert(1)</script>',
];

describe.runIf(hasChromium)('hostile data in the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it('is shown as text, in every field, and runs nothing', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    for (const [index, hostile] of markup.entries()) {
      const names = ['title', 'text', 'name', 'phone', 'email', 'visit', 'created_date', 'manager_id', hostile];
      const fields = Object.fromEntries(names.map((name) => [name, hostile]));
      const data = JSON.stringify({ page: hostile, [hostile]: { [hostile]: [hostile] } });
      await sendLead(serve.url, { ...fields, id: `${index}${hostile}`, data });
      await fetch(`${serve.url}?action=${encodeURIComponent(hostile)}`, {
        headers: { Referer: hostile, 'X-Odd': hostile },
      });
      await fetch(serve.url, { method: 'POST', body: hostile });
    }
    const { page, complaints } = await open(serve.inspectUrl);
    await expect.poll(() => page.locator('.row').count()).toBe(markup.length * 3);
    const rows = page.locator('.row');
    for (let index = 0; index < markup.length * 3; index += 1) {
      await rows.nth(index).click();
      await page.locator(`article[data-row=${await rows.nth(index).getAttribute('id')}]`).waitFor();
      if (await page.locator('summary').count()) await page.locator('summary').first().click();
    }
    const lead = page.locator('.row', { hasText: markup[1] ?? '' }).last();
    await lead.click();
    await expect
      .poll(() => page.locator('article').textContent())
      .toContain('titleHeading; depends on the source of the lead.');
    await expect.poll(() => page.locator('.subtitle').textContent()).toBe(markup[1]);
    const found = await page.evaluate(`({
      hit: window.hit,
      scripts: document.scripts.length,
      links: document.querySelectorAll('a[href]:not(.skip), iframe, object, embed, form[action]').length,
      images: document.images.length,
      handlers: document.querySelectorAll('[onerror], [onload], [onclick]').length,
      title: document.title,
    })`);
    expect(found).toEqual({ hit: undefined, scripts: 1, links: 0, images: 0, handlers: 0, title: 'roistat-hook' });
    expect(complaints).toEqual([]);
  });

  it('cannot reorder or hide text', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { title: 'a\u202Eb\u0007c', text: 'x\u2066y\u001b[31m', name: '\u200b' });
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').click();
    await page.getByRole('heading', { name: 'Replay' }).waitFor();
    await expect.poll(() => page.locator('.row .title').textContent()).toBe('a\\u202eb\\u0007c');
    await expect
      .poll(() => page.getByRole('row', { name: /^text/ }).locator('.text').textContent())
      .toBe('x\\u2066y\\u001b[31m');
    expect(await page.locator('body').innerText()).not.toMatch(/[\p{Cf}]/u);
  });

  it('does not freeze the page, however large or deep it is', async () => {
    const cwd = await temporaryFolder();
    const deep = 20_000;
    await writeJournal(cwd, [
      leadRecord(1, { text: 'длинный текст '.repeat(5000) }),
      leadRecord(2, { data: `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, text: '\n'.repeat(60_000) }),
      leadRecord(3, {
        data: JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, key) => [`k${key}`, key]))),
      }),
      leadRecord(4, Object.fromEntries(Array.from({ length: 5000 }, (_, key) => [`p${key}`, 'x']))),
      leadRecord(5, {}, { answer: { status: 200, body: '['.repeat(deep) + ']'.repeat(deep) } }),
    ]);
    const serve = await startServe([], { cwd });
    const { page, complaints } = await open(serve.inspectUrl);
    const show = async (id: number): Promise<void> => {
      await page.locator('.row', { hasText: `lead ${id}` }).click();
      await expect.poll(() => page.locator('#detail-title').textContent()).toContain(`lead ${id}`);
    };
    await show(1);
    await page
      .getByRole('row', { name: /^text/ })
      .getByRole('button', { name: /^Show all/ })
      .click();
    expect((await page.getByRole('row', { name: /^text/ }).locator('.text').textContent())?.length).toBe(70_000);
    await show(2);
    for (let level = 1; level <= 5; level += 1)
      await page
        .locator('.tree summary')
        .nth(level - 1)
        .click();
    await expect.poll(() => page.locator('.tree summary').count()).toBe(6);
    await show(3);
    await expect.poll(() => page.locator('.tree li').count()).toBe(101);
    await page.getByRole('button', { name: 'Show 1,000 more' }).click();
    await expect.poll(() => page.locator('.tree li').count()).toBe(1101);
    await show(4);
    await expect.poll(() => page.locator('.parameters tbody tr').count()).toBe(100);
    await show(5);
    await expect.poll(() => page.locator('article').textContent()).toContain('[[[[');
    expect(complaints).toEqual([]);
  });
});
