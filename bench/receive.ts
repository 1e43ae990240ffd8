import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
// `import type` leaves no import behind: the load is a program of its own.
import type { LoadOrder, LoadResult } from './load.ts';
import { cores, pinned, start, stop, timeToLine } from './lib/processes.ts';
import { type BenchOptions, type Row } from './lib/report.ts';
import { interleave, type Measure, median, ratio } from './lib/rounds.ts';

const credentials = { user: 'demouser', password: 'secret' };

interface Server {
  readonly url: string;
  readonly child: ChildProcess;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * As a user runs it, for calls signed with login and password. What it prints goes to /dev/null: whoever reads it would
 * take time from the server or from the load.
 */
async function startServe(folder: string, ...options: string[]): Promise<Server> {
  const port = await freePort();
  const words = ['bin/roistat-hook.js', 'serve', '--port', String(port), '--user', credentials.user];
  const command = ['node', ...words, '--log-dir', await mkdtemp(join(folder, 'log-')), ...options];
  const env = { ROISTAT_HOOK_PASSWORD: credentials.password };
  const child = start(pinned(cores.server, command), 'ignore', env);
  const url = `http://127.0.0.1:${port}/`;
  while (!(await fetch(url).catch(() => {}))) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended with ${child.exitCode}`);
    await sleep(20);
  }
  return { url, child };
}

async function startPeer(...command: string[]): Promise<Server> {
  const { line, child } = await timeToLine(pinned(cores.server, ['node', ...command]));
  return { url: (JSON.parse(line) as { url: string }).url, child };
}

/** The most memory that a process has held so far, in MB. Linux alone tells it. */
async function peakMemory({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1000;
}

/** Orders loads, one after another, from a process that stays warm. */
function startLoad() {
  const command = pinned(cores.load, ['node', '--import', 'tsx', 'bench/load.ts']);
  const child = start(command, ['pipe', 'pipe', 'inherit']);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const send = async (order: Omit<LoadOrder, 'credentials'>): Promise<LoadResult> => {
    child.stdin!.write(`${JSON.stringify({ ...order, credentials })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the load of ${order.url} failed`);
    return JSON.parse(value) as LoadResult;
  };
  return { send, child };
}

const loads = {
  1: { connections: 1, close: false },
  10: { connections: 10, close: false },
  100: { connections: 100, close: false },
  1000: { connections: 1000, close: false },
  close: { connections: 100, close: true },
};

const perSecond = (figures: readonly number[]): string => `${(median(figures) / 1000).toFixed(1)} k/s`;
const inMs = (figures: readonly number[]): string => `${median(figures).toFixed(1)} ms`;

/** Requests a second that are recorded before they are answered, against servers that do less. */
export async function run({ quick }: BenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-receive-'));
  const load = startLoad();
  const servers = {
    ours: await startServe(folder, '--inspect-port', '0'),
    quiet: await startServe(folder, '--no-inspect', '--quiet'),
    least: await startPeer('bench/peers/leastRecorder.mjs', join(folder, 'least.jsonl')),
    bare: await startPeer('bench/peers/bareHttp.mjs'),
    fastify: await startPeer('bench/peers/fastifyPino.mjs', join(folder, 'pino.log')),
  };
  const p99: Record<string, number[]> = {};
  const measure =
    (name: keyof typeof servers, kind: keyof typeof loads): Measure =>
    async () => {
      const result = await load.send({ url: servers[name].url, ...loads[kind], seconds: quick ? 0.2 : 1 });
      (p99[`${name} ${kind}`] ??= []).push(result.p99);
      return result.perSecond;
    };
  try {
    const memory = await startServe(folder, '--inspect-port', '0');
    await load.send({ url: memory.url, ...loads[1000], seconds: quick ? 0.5 : 6 });
    const peak = await peakMemory(memory.child);
    await stop(memory.child);
    // V8 takes tens of thousands of requests to make a server as fast as it gets.
    for (const { url } of Object.values(servers)) await load.send({ url, ...loads[100], seconds: quick ? 0.2 : 4 });
    const figures = await interleave(
      {
        bare100: measure('bare', 100),
        ours100: measure('ours', 100),
        quiet100: measure('quiet', 100),
        least100: measure('least', 100),
        fastify100: measure('fastify', 100),
        bare1000: measure('bare', 1000),
        ours1000: measure('ours', 1000),
        quiet1000: measure('quiet', 1000),
        least1000: measure('least', 1000),
        bareClose: measure('bare', 'close'),
        oursClose: measure('ours', 'close'),
        quietClose: measure('quiet', 'close'),
        bare1: measure('bare', 1),
        ours1: measure('ours', 1),
        least1: measure('least', 1),
        bare10: measure('bare', 10),
        ours10: measure('ours', 10),
        least10: measure('least', 10),
      },
      quick ? 1 : 5,
    );
    const row = (what: string, ours: readonly number[], theirs: readonly number[], atLeast?: number): Row => ({
      what,
      ours: perSecond(ours),
      comparedWith: `bare \`node:http\` (${perSecond(theirs)})`,
      value: ratio(ours, theirs),
      ...(atLeast === undefined ? {} : { floor: { atLeast } }),
      unit: '×',
    });
    const [slowest = [], bareSlowest = []] = [p99['ours 100'], p99['bare 100']];
    return [
      row('receive and record, 100 connections', figures.ours100, figures.bare100, 0.5),
      row('receive and record, 1,000 connections', figures.ours1000, figures.bare1000, 0.5),
      row('receive and record, 100 callers, a connection a request', figures.oursClose, figures.bareClose, 0.55),
      row('receive and record, 1 connection', figures.ours1, figures.bare1, 0.2),
      row('receive and record, 10 connections', figures.ours10, figures.bare10, 0.14),
      row('`--no-inspect --quiet`, 100 connections', figures.quiet100, figures.bare100, 0.5),
      row('`--no-inspect --quiet`, 1,000 connections', figures.quiet1000, figures.bare1000, 0.5),
      row('`--no-inspect --quiet`, 100 callers, a connection a request', figures.quietClose, figures.bareClose, 0.55),
      row('the least that records, 100 connections', figures.least100, figures.bare100),
      row('the least that records, 1,000 connections', figures.least1000, figures.bare1000),
      row('the least that records, 1 connection', figures.least1, figures.bare1),
      row('the least that records, 10 connections', figures.least10, figures.bare10),
      {
        ...row('receive and record, 100 connections', figures.ours100, figures.fastify100, 1.5),
        comparedWith: `Fastify + pino, not synced (${perSecond(figures.fastify100)})`,
      },
      {
        what: 'receive and record, 99 of 100 answers at 100 connections',
        ours: inMs(slowest),
        comparedWith: `bare \`node:http\` (${inMs(bareSlowest)})`,
        value: ratio(slowest, bareSlowest),
        floor: { atMost: 3 },
        unit: '×',
      },
      {
        what: 'receive and record, most memory at 1,000 connections',
        ours: `${peak.toFixed(0)} MB`,
        comparedWith: '',
        value: peak,
        floor: { atMost: 150 },
        unit: 'MB',
      },
    ];
  } finally {
    for (const { child } of Object.values(servers)) await stop(child);
    await stop(load.child);
    await rm(folder, { recursive: true });
  }
}
