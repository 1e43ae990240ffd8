import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { encodeQuery } from '../src/protocol/encodeQuery.ts';
import { seededRandom } from '../src/protocol/random.ts';
import { leadSources, sampleLead } from '../src/protocol/samples.ts';
import { inWireOrder, leadNames } from '../src/protocol/wireOrder.ts';
import { chromiumPath } from '../test/helpers/needs.ts';
import { start, stop } from './lib/processes.ts';
import { median } from './lib/rounds.ts';

/**
 * `npm run soak [-- --minutes 30 --rate 500]`: leads at a steady rate, with the inspector open in a browser and
 * `log --follow` running. Fails when memory or open files grow, or when a lead that was answered ok is not read back as
 * it was sent, from the journal and from `log --follow`.
 */
const { values: words } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '500' } },
});
const seconds = Number(words.minutes) * 60;
const rate = Number(words.rate);
if (!(seconds > 0 && rate > 0)) throw new Error('--minutes and --rate are numbers above 0');

const mostUnderWay = 200;
const tickMs = 10;
const sampleMs = Math.max(500, (seconds * 1000) / 200);
/** By what the last quarter may exceed the second. */
const memorySlack = 1.15;
/** What a process still grows by in a run of a minute. */
const warmUpMegabytes = 10;
/** Open files that a browser's connections may differ by. */
const fileSlack = 8;
/** How long connections take to close once nobody uses them. */
const closingMs = 20_000;

/** A lead by its number, always the same. */
function leadOf(index: number): { readonly target: string; readonly parameters: Record<string, string> } {
  const source = leadSources[index % leadSources.length] ?? 'form';
  const lead = sampleLead(source, seededRandom(index), new Date(Date.UTC(2026, 0, 1)));
  const pairs = inWireOrder(leadNames, { ...lead, id: String(index) });
  return { target: `/?${encodeQuery(pairs)}`, parameters: Object.fromEntries(pairs) };
}

interface Exchange {
  readonly target: string;
  readonly parameters: Record<string, string>;
  readonly answer: { readonly status: number } | null;
}

/** Whether a record is what was sent under its id. */
function isAsSent({ target, parameters, answer }: Exchange): boolean {
  const sent = leadOf(Number(parameters['id']));
  const isEqual = JSON.stringify(Object.entries(parameters)) === JSON.stringify(Object.entries(sent.parameters));
  return isEqual && target === sent.target && answer?.status === 200;
}

/** Which leads were seen where, by number; grows as they come. */
class Seen {
  #flags = new Uint8Array(1024);
  count = 0;

  add(index: number): void {
    if (index >= this.#flags.length) {
      const larger = new Uint8Array(2 * index);
      larger.set(this.#flags);
      this.#flags = larger;
    }
    this.#flags[index] = 1;
    this.count += 1;
  }

  has(index: number): boolean {
    return this.#flags[index] === 1;
  }
}

interface Process {
  readonly child: ChildProcess;
  readonly firstLine: string;
}

/** Starts a command, resolves with its first line, and gives each other one to `onLine`. */
async function startLines(command: readonly string[], onLine: (line: string) => void): Promise<Process> {
  const child = start(command, ['ignore', 'pipe', 'inherit']);
  const lines = createInterface({ input: child.stdout! });
  const [firstLine] = (await once(lines, 'line')) as [string];
  lines.on('line', onLine);
  return { child, firstLine };
}

interface Sample {
  readonly megabytes: number;
  readonly files: number;
}

/** What a process takes now. Linux alone tells it. */
async function sampleOf({ pid }: ChildProcess): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const files = await readdir(`/proc/${pid}/fd`);
  return { megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1000, files: files.length };
}

/** Sends lead after lead. */
class Sender {
  readonly acknowledged = new Seen();
  sent = 0;
  refused = 0;
  #underWay = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: mostUnderWay });
  readonly #port: string;

  constructor(url: string) {
    this.#port = new URL(url).port;
  }

  /** Sends at the rate; resolves when the last one is answered. */
  async run(): Promise<void> {
    const begin = performance.now();
    for (let passed = 0; passed < seconds * 1000; passed = performance.now() - begin) {
      const missing = Math.floor((passed / 1000) * rate) - this.sent;
      const room = mostUnderWay - this.#underWay;
      for (let count = Math.min(missing, room); count > 0; count -= 1) this.#send();
      await sleep(tickMs);
    }
    while (this.#underWay > 0) await sleep(tickMs);
    this.#agent.destroy();
  }

  #send(): void {
    this.sent += 1;
    this.#underWay += 1;
    const index = this.sent;
    const options = { port: this.#port, host: '127.0.0.1', path: leadOf(index).target, agent: this.#agent };
    get(options, (response) => {
      response.resume().on('end', () => this.#settle(index, response.statusCode === 200));
    }).on('error', () => this.#settle(index, false));
  }

  #settle(index: number, isOk: boolean): void {
    this.#underWay -= 1;
    if (isOk) this.acknowledged.add(index);
    else this.refused += 1;
  }
}

/** Records in the files of a journal; counts what is not as it was sent. */
async function readJournal(folder: string): Promise<{ seen: Seen; wrong: number }> {
  const seen = new Seen();
  let wrong = 0;
  for (const name of (await readdir(folder)).toSorted()) {
    let rest = '';
    for await (const chunk of createReadStream(join(folder, name), { encoding: 'utf8' })) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const record = JSON.parse(line) as Exchange;
        if (isAsSent(record)) seen.add(Number(record.parameters['id']));
        else wrong += 1;
      }
    }
    if (rest !== '') wrong += 1;
  }
  return { seen, wrong };
}

const lacking = (acknowledged: Seen, seen: Seen, sent: number): number => {
  let count = 0;
  for (let index = 1; index <= sent; index += 1) if (acknowledged.has(index) && !seen.has(index)) count += 1;
  return count;
};

const figures = (samples: readonly Sample[], key: keyof Sample): string =>
  [0, 1, 2, 3].map((quarter) => Math.round(quarterOf(samples, quarter, key))).join(' → ');

function quarterOf(samples: readonly Sample[], quarter: number, key: keyof Sample): number {
  const length = samples.length / 4;
  return median(samples.slice(Math.floor(quarter * length), Math.ceil((quarter + 1) * length)).map((one) => one[key]));
}

const folder = await mkdtemp(join(tmpdir(), 'soak-'));
const journal = join(folder, 'log');
const program = ['node', 'bin/roistat-hook.js'];
const followed = new Seen();
let followedWrong = 0;
const serve = await startLines(
  [...program, 'serve', '--port', '0', '--inspect-port', '0', '--json', '--log-dir', journal],
  () => {},
);
const { url, inspect } = JSON.parse(serve.firstLine) as { url: string; inspect: string };
// One record, for `log --follow` to begin with.
await (await fetch(`${url}?action=lead&id=0`)).arrayBuffer();
const follow = await startLines([...program, 'log', '--follow', '--json', '-n', '1', journal], (line) => {
  const record = JSON.parse(line) as Exchange;
  if (isAsSent(record)) followed.add(Number(record.parameters['id']));
  else followedWrong += 1;
});
// Root has no sandbox in Chromium.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = chromiumPath === undefined ? undefined : await chromium.launch({ executablePath: chromiumPath, args });
await (await browser?.newPage())?.goto(inspect);
const samples: Record<'serve' | 'follow', Sample[]> = { serve: [], follow: [] };
const sampling = setInterval(() => {
  void sampleOf(serve.child).then((sample) => samples.serve.push(sample));
  void sampleOf(follow.child).then((sample) => samples.follow.push(sample));
}, sampleMs);
const sender = new Sender(url);
const idle = await sampleOf(serve.child);
try {
  await sender.run();
  const { sent, refused, acknowledged } = sender;
  clearInterval(sampling);
  for (let waited = 0; followed.count < acknowledged.count && waited < 30_000; waited += 100) await sleep(100);
  const most = idle.files + fileSlack;
  let { files } = await sampleOf(serve.child);
  for (let waited = 0; files > most && waited < closingMs; waited += 500) {
    await sleep(500);
    ({ files } = await sampleOf(serve.child));
  }
  await browser?.close();
  await stop(follow.child);
  await stop(serve.child);
  const { seen, wrong } = await readJournal(journal);
  const failures: string[] = [];
  const expectNone = (count: number, what: string): void => void (count > 0 && failures.push(`${count} ${what}`));
  expectNone(refused, 'leads not answered 200');
  expectNone(lacking(acknowledged, seen, sent), 'acknowledged leads not in the journal');
  expectNone(lacking(acknowledged, followed, sent), 'acknowledged leads not in log --follow');
  expectNone(wrong - 1, 'records in the journal that are not as sent');
  expectNone(followedWrong, 'records in log --follow that are not as sent');
  console.log(`${sent} leads in ${seconds} s (${Math.round(sent / seconds)}/s), ${acknowledged.count} acknowledged`);
  for (const name of ['serve', 'follow'] as const) {
    const of = samples[name];
    console.log(
      `${name}: memory ${figures(of, 'megabytes')} MB, open files ${figures(of, 'files')}, quarter by quarter`,
    );
    const [second, last] = [1, 3].map((quarter) => quarterOf(of, quarter, 'megabytes')) as [number, number];
    if (last > second * memorySlack + warmUpMegabytes) failures.push(`the memory of ${name} grows`);
  }
  console.log(`serve: ${idle.files} open files before the first lead, ${files} after the last one`);
  if (files > most) failures.push('serve leaks open files');
  for (const failure of failures) console.error(`failed: ${failure}`);
  if (failures.length === 0) console.log('held: nothing lost, nothing changed, nothing grows');
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
