import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useBrowser } from '../helpers/browser.ts';
import { binary, startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { sendLead } from '../helpers/leads.ts';
import { hasChromium } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const run = promisify(execFile);
const text = 'Данные формы: Иван\nПромокод: 1674';
const lead = {
  title: 'Звонок',
  phone: '+79990001122',
  text,
  data: '{"page":"http://site.ru/","deep":{"list":[1,true]}}',
};
const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

describe.runIf(hasChromium)('a record in the inspector (needs Chromium)', () => {
  const open = useBrowser();

  it('shows parameters with their meanings, text, data, answer and the raw request', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, lead);
    const { page, complaints } = await open(serve.inspectUrl);
    await page.locator('.row').first().click();
    const row = page.getByRole('row', { name: /^phone/ });
    expect(await row.textContent()).toContain('Phone of the caller or of the form.+79990001122');
    await expect.poll(() => page.getByRole('row', { name: /^text/ }).locator('.text').innerText()).toBe(text);
    const data = page.getByRole('row', { name: /^data/ });
    expect(await data.textContent()).toContain('page http://site.ru/');
    await data.getByText('deep', { exact: true }).click();
    await data.getByText('list', { exact: true }).click();
    expect(await data.locator('.tree .tree .tree').textContent()).toBe('0 11 true');
    const article = page.getByRole('article');
    expect(await article.textContent()).toContain('Not checked: serve was started without --user and --password.');
    expect(await article.textContent()).toContain('"order_id": "order-90"');
    expect(await article.textContent()).toContain(
      'GET /?user=&token=d41d8cd98f00b204e9800998ecf8427e&action=lead&id=90',
    );
    expect(page.url()).toMatch(/#id=[0-9a-f]+%3A1$/);
    await page.goBack();
    await expect.poll(() => article.count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('has the mark of its own verdict, whichever was open before', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    await sendLead(serve.url, lead);
    await fetch(`${serve.url}?id=1`);
    const { page } = await open(serve.inspectUrl);
    const words = (): Promise<string[]> => page.locator('.heading h2 .mark .unseen').allTextContents();
    await page.locator('.row').nth(1).waitFor();
    const listed = await page.locator('.row .mark .unseen').allTextContents();
    expect(new Set(listed).size).toBe(2);
    for (const place of [0, 1, 0]) {
      await page.locator('.row').nth(place).click();
      await expect.poll(words).toEqual([listed[place]]);
    }
  });

  it('shows problems with hints, and what is wrong with the token', async () => {
    const serve = await startServe(['--user', 'demouser', '--password', 'secret'], { cwd: await temporaryFolder() });
    await sendLead(serve.url, { ...lead, token: '9e91eb1b5a406399da5608bf15d24ff8', created_date: 'yesterday' });
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').first().click();
    const problems = page.locator('.problems').first();
    expect(await problems.textContent()).toMatch(/error token-mismatch.*the order is reversed.*→ token = md5/);
    expect(await problems.textContent()).toMatch(/created-date-format.*→ Write it like 2015-06-28/);
    await expect.poll(() => page.locator('.token.mismatch').textContent()).toContain('the order is reversed');
    expect(await page.content()).not.toContain('9e91eb1b5a406399da5608bf15d24ff8');
  });

  it('copies commands that send the same lead again, and the JSON of the journal', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe([], { cwd });
    await sendLead(serve.url, { ...lead, text: "it's; $(touch /tmp/never)\n`two`" });
    const { page } = await open(serve.inspectUrl, clipboard);
    await page.locator('.row').first().click();
    const copied = async (name: string): Promise<string> => {
      await page.getByRole('button', { name }).click();
      await page.getByRole('button', { name: 'Copied' }).first().waitFor();
      return page.evaluate('navigator.clipboard.readText()');
    };
    const sent = JSON.parse(await copied('Copy JSON')) as { parameters: object; target: string };
    expect(sent.parameters).toMatchObject({ phone: '+79990001122' });
    const env = { PATH: process.env['PATH'], ROISTAT_HOOK_TOKEN: 'd41d8cd98f00b204e9800998ecf8427e' };
    await run('bash', ['-c', await copied('Copy as curl')], { cwd, env });
    const send = await copied('Copy as send-lead');
    expect(send).toMatch(/^node \S+roistat-hook\.js send-lead --url http/);
    await run('bash', ['-c', send.replace(/^node \S+/, `${process.execPath} ${binary}`)], { cwd, env });
    await expect.poll(() => page.locator('.row').count()).toBe(3);
    const records = (await (await fetch(`${serve.inspectUrl}api/export`)).text()).trim().split('\n');
    const [original, byCurl, bySend] = records.map(
      (line) => JSON.parse(line) as { parameters: object; target: string },
    );
    expect(byCurl?.target).toBe(original?.target);
    expect(bySend?.parameters).toMatchObject(original?.parameters ?? {});
  });

  it('replays to a handler, and shows the answer beside the recorded one', async () => {
    const serve = await startServe(['--user', 'demouser', '--password', 'secret'], { cwd: await temporaryFolder() });
    const targets: string[] = [];
    const handler = await startHandler((request, answer) => {
      targets.push(request.url ?? '');
      answer.setHeader('Content-Type', 'application/json').end('{"status":"ok","order_id":"crm-7"}');
    });
    await sendLead(serve.url, { ...lead, user: 'demouser', token: '9e91eb1b5a406399da5608bf15d24ff8' });
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').first().click();
    await page.getByText('it is signed anew with the login and password of serve').waitFor();
    await page.getByLabel('Send it again to').fill('nonsense');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Write a whole address').waitFor();
    await page.getByLabel('Send it again to').fill(handler);
    await page.keyboard.press('Enter');
    const comparison = page.locator('.comparison');
    await comparison.waitFor();
    expect(await comparison.locator('tbody tr').allTextContents()).toEqual([
      'Statusdiffers401200',
      'Verdictrejectedaccepted',
      'Orderdiffers—crm-7',
      expect.stringMatching(/^Bodydiffers.*"crm-7"/s),
      expect.stringMatching(/^Answered in/),
    ]);
    expect(targets).toEqual([
      expect.stringMatching(/^\/\?user=demouser&token=[0-9a-f]{32}&action=lead&id=90&title=%D0%97/),
    ]);
    expect(targets[0]).not.toContain('9e91eb1b5a406399da5608bf15d24ff8');
    await page.getByLabel('Send it again to').fill('http://127.0.0.1:9/');
    await page.keyboard.press('Enter');
    await comparison.getByText('unreachable').waitFor();
    expect(await comparison.textContent()).toContain('connection-refused');
    // No answer is no empty body.
    expect(await comparison.locator('tbody tr').nth(3).textContent()).toMatch(/^Body[^—]+—$/);
  });

  it('finds the same answer the same: a long order id, other white space, more than is recorded', async () => {
    const orderId = 'order-'.padEnd(72, '7');
    const bodies = [`{"status":"ok","order_id":"${orderId}"}`, `{"order_id":"${orderId}", "status":"ok"}`];
    const long = `{"status":"ok","order_id":"1","more":"${'x'.repeat(200_000)}"}`;
    const handler = await startHandler((request, answer) => {
      const isLong = request.url?.includes('id=91') ?? false;
      answer.setHeader('Content-Type', 'application/json').end(isLong ? long : bodies.shift());
    });
    const serve = await startServe(['--forward', handler], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    await sendLead(serve.url, { id: '91' });
    const { page } = await open(serve.inspectUrl);
    for (const name of [/lead 90/, /lead 91/]) {
      await page.getByRole('option', { name }).click();
      await expect.poll(() => page.locator('#detail-title').textContent()).toMatch(name);
      // The handler behind serve is what it goes to, unless something else is typed.
      expect(await page.getByLabel('Send it again to').inputValue()).toBe(handler);
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('The answers are the same.').waitFor();
      await expect.poll(() => page.locator('.comparison .tag').count()).toBe(0);
    }
  });

  it('says which part of an answer differs', async () => {
    const statuses = [200, 201];
    const handler = await startHandler((_request, answer) => {
      answer.writeHead(statuses.shift() ?? 500, { 'Content-Type': 'application/json' });
      answer.end('{"status":"ok","order_id":"1"}');
    });
    const serve = await startServe(['--forward', handler], { cwd: await temporaryFolder() });
    await sendLead(serve.url);
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.comparison').waitFor();
    expect(await page.locator('.comparison tr.differs').allTextContents()).toEqual(['Statusdiffers200201']);
  });

  it('does not call two missing answers the same', async () => {
    const serve = await startServe(['--fault-sequence', 'reset'], { cwd: await temporaryFolder() });
    await sendLead(serve.url).catch(() => {});
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').click();
    await page.getByLabel('Send it again to').fill('http://127.0.0.1:9/');
    await page.keyboard.press('Enter');
    await page.locator('.comparison').waitFor();
    expect(await page.locator('.comparison tbody tr').allTextContents()).toEqual([
      'Statusno answerno answer',
      'Verdictinjectedunreachable',
      'Order——',
      'Body——',
      'Answered in——',
    ]);
    await expect.poll(() => page.getByText('The answers are the same.').count()).toBe(0);
  });

  it('is gone through with the keys', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    for (const id of ['1', '2', '3']) await sendLead(serve.url, { id });
    const { page } = await open(serve.inspectUrl);
    await page.locator('.row').nth(2).waitFor();
    const title = page.locator('#detail-title');
    const shows = async (name: string): Promise<void> => {
      await expect.poll(() => title.textContent()).toMatch(name);
      const selected = page.locator('.row[aria-selected=true]');
      expect(await selected.textContent()).toMatch(name);
      await expect
        .poll(() => page.getByRole('listbox').getAttribute('aria-activedescendant'))
        .toBe(await selected.getAttribute('id'));
    };
    await page.keyboard.press('j');
    await shows('lead 3');
    await page.keyboard.press('j');
    await shows('lead 2');
    await page.keyboard.press('ArrowDown');
    await shows('lead 1');
    await page.keyboard.press('j');
    await shows('lead 1');
    await page.keyboard.press('k');
    await shows('lead 2');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('detail-title');
    await page.keyboard.press('Escape');
    await expect.poll(() => title.count()).toBe(0);
    expect(await page.evaluate('document.activeElement.id')).toBe('list');
    await page.keyboard.press('/');
    await page.keyboard.type('j?');
    await expect.poll(() => page.getByPlaceholder('Search').inputValue()).toBe('j?');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByPlaceholder('Search').inputValue()).toBe('j?');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });
});
