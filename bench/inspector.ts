import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { leadRecord, writeJournal } from '../test/helpers/leads.ts';
import { chromiumPath } from '../test/helpers/needs.ts';
import { stop, timeToLine } from './lib/processes.ts';
import { type BenchOptions, type Row } from './lib/report.ts';
import { interleave, median } from './lib/rounds.ts';

const records = Array.from({ length: 10_000 }, (_, index) =>
  leadRecord(index + 1, {
    title: `Звонок от 7999${String(index).padStart(7, '0')}`,
    phone: `+7999${String(index).padStart(7, '0')}`,
    text: 'Данные формы: Иван\nПромокод: 1674\nСтраница входа: http://site.ru/',
    data: '{"page":"http://site.ru/"}',
  }),
);

/** A page of one line, which says when it is drawn: what the browser itself takes. */
const onePage = `<!doctype html><body>x<script>
requestAnimationFrame(() => setTimeout(() => performance.mark('first-list')));</script>`;

/** Milliseconds from navigation until the page has drawn its list, in a browser that is warm, without anything kept. */
async function timeToList(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  // Nobody asks the page anything while it is at work.
  await sleep(600);
  await page.waitForFunction(() => performance.getEntriesByName('first-list').length > 0);
  const time = await page.evaluate(() => performance.getEntriesByName('first-list')[0]?.startTime ?? Number.NaN);
  await context.close();
  return time;
}

/** The page of 10,000 recorded requests in a real browser. */
export async function run({ quick }: BenchOptions): Promise<Row[]> {
  if (chromiumPath === undefined) {
    console.error('note: no Chromium here, so the inspector is left out');
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'bench-inspector-'));
  await writeJournal(folder, records);
  const command = ['node', 'bin/roistat-hook.js', 'serve', '--port', '0', '--inspect-port', '0', '--json'];
  const { line, child } = await timeToLine([...command, '--log-dir', join(folder, 'roistat-log')]);
  const { inspect } = JSON.parse(line) as { inspect: string };
  const bare = createServer((_request, response) => void response.setHeader('Content-Type', 'text/html').end(onePage));
  await new Promise<void>((resolve) => void bare.listen(0, '127.0.0.1', resolve));
  // Root has no sandbox in Chromium.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: chromiumPath, args });
  try {
    // The first answer waits until the journal is read.
    await (await fetch(`${inspect}api/records?limit=1`)).arrayBuffer();
    const { port } = bare.address() as AddressInfo;
    const times = await interleave(
      {
        list: () => timeToList(browser, inspect),
        bare: () => timeToList(browser, `http://127.0.0.1:${port}/`),
      },
      quick ? 3 : 31,
    );
    const sorted = times.list.toSorted((a, b) => a - b);
    const [low, high] = [0.25, 0.75].map((part) => sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN);
    return [
      {
        what: 'inspector with 10,000 records, from navigation to the list on the screen',
        ours: `${median(times.list).toFixed(0)} ms (half of all: ${low?.toFixed(0)}–${high?.toFixed(0)} ms)`,
        comparedWith: `a page of one letter (${median(times.bare).toFixed(0)} ms)`,
        value: median(times.list),
        floor: { atMost: 200 },
        unit: 'ms',
      },
    ];
  } finally {
    await browser.close();
    bare.close();
    bare.closeAllConnections();
    await stop(child);
    await rm(folder, { recursive: true });
  }
}
