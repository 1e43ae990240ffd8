import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe.runIf(hasChromium)('the addresses that the page asks for (needs Chromium)', () => {
  const open = useBrowser();

  it('have of a person what the filter was told and nothing else, and nobody logs or passes them on', async () => {
    const serve = await startServe(['--quiet'], { cwd: await temporaryFolder() });
    const before = serve.stdout();
    const handler = await startHandler((_request, answer) => void answer.end('{"status":"ok","order_id":1}'));
    const person = {
      name: 'Пётр Канареев',
      email: 'kanareev@mail.example',
      phone: '+79991112233',
      title: 'canary lead',
    };
    await sendLead(serve.url, person);
    const { page } = await open('about:blank');
    const requests: Array<{ url: string; referer: string | undefined }> = [];
    page.on('request', (request) => {
      if (request.url().startsWith('http'))
        requests.push({ url: request.url(), referer: request.headers()['referer'] });
    });
    await page.goto(`${serve.inspectUrl}#phone=1112233`);
    await page.locator('.row').click();
    await page.getByRole('heading', { name: 'Replay' }).waitFor();
    await page.getByLabel('Send it again to').fill(handler);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await expect.poll(() => requests.filter(({ url }) => url.includes('/api/replay')).length).toBe(1);
    const personal = /\u041f|%D0|kanareev|canary|7999111|9991112/i;
    expect(requests.filter(({ url }) => personal.test(url))).toEqual([]);
    const ofPage = requests.filter(({ url }) => !url.includes('/api/'));
    expect(ofPage.filter(({ url }) => url.includes('?'))).toEqual([]);
    // A filter is what somebody typed: it goes to this machine alone.
    const withPhone = requests.filter(({ url }) => url.includes('1112233'));
    expect(new Set(withPhone.map(({ url }) => new URL(url).pathname))).toEqual(
      new Set(['/api/records', '/api/events']),
    );
    expect(new Set(requests.map(({ url }) => new URL(url).origin))).toEqual(
      new Set([new URL(serve.inspectUrl).origin]),
    );
    expect(requests.filter(({ referer }) => Boolean(referer))).toEqual([]);
    expect([serve.stdout(), serve.stderr()]).toEqual([before, '']);
  });
});
