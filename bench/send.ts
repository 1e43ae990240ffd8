import { once } from 'node:events';
import { cores, pinned, start, stop, timeToLine } from './lib/processes.ts';
import { type BenchOptions, type Row } from './lib/report.ts';
import { interleave, median, ratio } from './lib/rounds.ts';

const program = ['node', 'bin/roistat-hook.js'];
const connections = 100;

/** What a command prints, pinned to the core of the load. */
async function output(command: readonly string[]): Promise<string> {
  const child = start(pinned(cores.load, command), ['ignore', 'pipe', 'ignore']);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return text;
}

/** Requests a second of `send-lead`; each lead is another one, and each answer is judged. */
async function sendLeads(url: string, count: number): Promise<number> {
  const options = ['--count', String(count), '--concurrency', String(connections), '--json'];
  const summary = JSON.parse(await output([...program, 'send-lead', '--url', url, ...options])) as {
    accepted: number;
    requestsPerSecond: number;
  };
  if (summary.accepted !== count) throw new Error(`${summary.accepted} of ${count} were accepted`);
  return summary.requestsPerSecond;
}

async function autocannon(url: string, seconds: number): Promise<number> {
  const address = (await output([...program, 'send-lead', '--url', url, '--dry-run', '--seed', '7'])).trim();
  return Number(await output(['node', 'bench/peers/autocannon.mjs', address, String(connections), String(seconds)]));
}

async function leastSender(url: string, count: number): Promise<number> {
  const address = (await output([...program, 'send-lead', '--url', url, '--dry-run', '--seed', '7'])).trim();
  return Number(await output(['node', 'bench/peers/leastSender.mjs', address, String(connections), String(count)]));
}

/** Highest memory (RSS) of a run with so many leads, in MiB. */
async function peakMemory(url: string, count: number): Promise<number> {
  const script = 'bench/peers/peakMemory.mjs';
  const options = ['--url', url, '--count', String(count), '--concurrency', String(connections)];
  return Number(await output(['node', '--import', `./${script}`, ...program.slice(1), 'send-lead', ...options]));
}

const perSecond = (figures: readonly number[]): string => `${Math.round(median(figures))}/s`;

/** Many leads against servers that give one good answer, as fast as the server can, or as the client can. */
export async function run({ quick }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [kind, name, atLeast] of [
    ['http', 'node:http', 1.3],
    ['raw', 'bare TCP', 1.3],
  ] as const) {
    const { line: url, child } = await timeToLine(
      pinned(cores.server, ['node', 'bench/peers/constantServer.mjs', kind]),
    );
    try {
      const count = quick ? 20_000 : 100_000;
      const figures = await interleave(
        {
          ours: () => sendLeads(url, count),
          theirs: () => autocannon(url, quick ? 1 : 4),
          least: () => leastSender(url, count),
        },
        quick ? 1 : 3,
      );
      rows.push({
        what: `\`send-lead --count 100000 --concurrency 100\` to a ${name} server`,
        ours: perSecond(figures.ours),
        comparedWith: `autocannon (${perSecond(figures.theirs)})`,
        value: ratio(figures.ours, figures.theirs),
        floor: { atLeast },
        unit: '×',
      });
      rows.push({
        what: `the least that undici does, to a ${name} server`,
        ours: perSecond(figures.least),
        comparedWith: `autocannon (${perSecond(figures.theirs)})`,
        value: ratio(figures.least, figures.theirs),
        unit: '×',
      });
      if (kind === 'raw') {
        const [few, many] = quick ? [1000, 10_000] : [10_000, 200_000];
        const [less, more] = [await peakMemory(url, few), await peakMemory(url, many)];
        rows.push({
          what: `memory of ${many} leads`,
          ours: `${Math.round(more)} MiB`,
          comparedWith: `${few} leads (${Math.round(less)} MiB)`,
          value: more / less,
          floor: { atMost: 1.2 },
          unit: '×',
        });
      }
    } finally {
      await stop(child);
    }
  }
  return rows;
}
