import axe, { type AxeResults } from 'axe-core';
import { type Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** What axe finds that keeps somebody from using the page. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source}; 0`);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
}

const odd = { created_date: 'yesterday', title: 'Заявка', phone: '+79990001122', name: 'Иван', data: '{"a":{"b":1}}' };

describe.runIf(hasChromium)('the looks of the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it.each(['light', 'dark'] as const)('keeps nobody out, in %s colours', async (colorScheme) => {
    const serve = await startServe(['--redact'], { cwd: await temporaryFolder() });
    const { page } = await open(serve.inspectUrl, { colorScheme });
    await page.getByRole('heading', { name: 'Waiting' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await sendLead(serve.url, odd);
    await sendLead(serve.url, { id: '91' });
    await fetch(serve.url);
    await page.locator('.row').nth(2).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.locator('.row', { hasText: 'lead 90' }).click();
    await page.getByRole('heading', { name: 'Problems' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByLabel('Send it again to').fill(serve.url);
    await page.keyboard.press('Enter');
    await page.locator('.comparison').waitFor();
    await page.getByPlaceholder('Phone').fill('nobody');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  it('is dark where the system is', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    const brightness = async (colorScheme: 'light' | 'dark'): Promise<number> => {
      const { page } = await open(serve.inspectUrl, { colorScheme });
      await page.getByRole('heading', { name: 'Waiting' }).waitFor();
      const colour = await page.evaluate<string>('getComputedStyle(document.querySelector(".left")).backgroundColor');
      return Number(/\d+/.exec(colour)?.[0]);
    };
    expect(await brightness('light')).toBeGreaterThan(240);
    expect(await brightness('dark')).toBeLessThan(40);
  });

  it('speaks Russian and English', async () => {
    const serve = await startServe(['--password', 'secret'], { cwd: await temporaryFolder() });
    const { page } = await open(serve.inspectUrl, { locale: 'ru-RU' });
    await page.getByRole('heading', { name: 'Ждём первый запрос' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('ru');
    await sendLead(serve.url, odd);
    await page.locator('.row').click();
    await page.getByRole('heading', { name: 'Проблемы' }).waitFor();
    await expect
      .poll(() => page.getByRole('row', { name: /^phone/ }).textContent())
      .toContain('Телефон звонившего или из формы.');
    await expect.poll(() => page.locator('.problems').textContent()).toContain('created_date — это UTC');
    // In the problem, and beside the token.
    await expect.poll(() => page.getByText('у отправителя не заданы ни логин, ни пароль').count()).toBe(2);
    await expect.poll(() => page.locator('.facts').textContent()).toMatch(/\d мс/);
    const { page: other } = await open(serve.inspectUrl, { locale: 'de-DE' });
    await other.getByText('Live').waitFor();
    expect(await other.evaluate('document.documentElement.lang')).toBe('en');
  });

  it('has days as the language of the reader has them', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(cwd, [leadRecord(1, {})]);
    const { inspectUrl } = await startServe([], { cwd });
    for (const { locale, shown } of [
      { locale: 'en-GB', shown: '22 Nov, 10:00' },
      { locale: 'en-US', shown: 'Nov 22, 10:00' },
      { locale: 'ru-RU', shown: '22 нояб., 10:00' },
    ]) {
      const { page } = await open(inspectUrl, { locale });
      const time = page.locator('.row time');
      expect(await time.textContent()).toBe(shown);
      expect(await time.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    }
  });

  it('has dates of the zone of the reader, and of UTC in their tooltips', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    const [utc, moscow] = await Promise.all(
      ['UTC', 'Europe/Moscow'].map(async (timezoneId) => {
        const { page } = await open(serve.inspectUrl, { timezoneId });
        const time = page.locator('.row time');
        await time.hover();
        return { shown: (await time.textContent()) ?? '', title: (await time.getAttribute('title')) ?? '' };
      }),
    );
    const hour = (text = ''): number => Number(/(\d\d):\d\d/.exec(text)?.[1]);
    expect((hour(moscow?.shown) - hour(utc?.shown) + 24) % 24).toBe(3);
    expect(moscow?.title.split('\n')[1]).toBe(utc?.title.split('\n')[1]);
    expect(moscow?.title).toMatch(/\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
  });

  it('can be used at the width of a phone', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { ...odd, title: 'Очень длинный заголовок '.repeat(5) });
    const { page } = await open(serve.inspectUrl, { viewport: { width: 360, height: 700 }, hasTouch: true });
    const overflows = '[document.documentElement.scrollWidth, document.querySelector("main").scrollWidth]';
    await page.locator('.row').waitFor();
    expect(await page.evaluate(overflows)).toEqual([360, 360]);
    await page.locator('.row').tap();
    await page.getByRole('heading', { name: 'Problems' }).waitFor();
    expect(await page.locator('.row').isVisible()).toBe(false);
    expect(await page.evaluate(overflows)).toEqual([360, 360]);
    expect(await page.evaluate('document.querySelector(".right").scrollWidth <= 360')).toBe(true);
    await page.getByRole('button', { name: 'Back to the list' }).tap();
    await page.locator('.row').waitFor();
  });

  it('masks personal data with --redact until the eye is clicked', async () => {
    const serve = await startServe(['--redact'], { cwd: await temporaryFolder() });
    await sendLead(serve.url, {
      ...odd,
      title: 'Звонок от 79990001122',
      email: 'ivan@mail.ru',
      text: 'Имя: Иван, +79990001122',
    });
    const { page } = await open(serve.inspectUrl);
    const bodies: string[] = [];
    page.on('response', (response) => {
      if (!response.url().includes('/api/record')) return;
      // The last one may be cut off by the end of the test.
      response.text().then(
        (text) => bodies.push(text),
        () => {},
      );
    });
    await page.reload();
    await page.locator('.row').click();
    await page.getByRole('heading', { name: 'Problems' }).waitFor();
    await expect.poll(() => page.locator('.row .phone').textContent()).toBe('+7999***22');
    await expect.poll(() => page.getByRole('row', { name: /^name/ }).textContent()).toContain('И***');
    expect(await page.getByRole('button', { name: 'Download JSONL' }).isDisabled()).toBe(true);
    await expect.poll(() => page.getByRole('button', { name: /^Copy as/ }).count()).toBe(0);
    // Not only unseen: it is not sent.
    await expect.poll(() => bodies.some((body) => body.includes('"meanings"'))).toBe(true);
    expect(bodies.join('\n')).not.toMatch(/9990001122|ivan@|Иван|%D0%98/);
    await page.getByRole('button', { name: 'Show personal data' }).click();
    await expect.poll(() => page.locator('.row .phone').textContent()).toBe('+79990001122');
    await expect.poll(() => page.getByRole('row', { name: /^email/ }).textContent()).toContain('ivan@mail.ru');
    await expect.poll(() => page.getByRole('button', { name: 'Copy as curl' }).count()).toBe(1);
    await page.getByRole('button', { name: 'Show personal data' }).click();
    await expect.poll(() => page.locator('.row .phone').textContent()).toBe('+7999***22');
  });
});
