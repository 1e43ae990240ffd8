import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cores, pinned, stop, timeToLine, wallTime } from './lib/processes.ts';
import { type BenchOptions, type Row } from './lib/report.ts';
import { interleave, median, ratio } from './lib/rounds.ts';

const program = ['node', 'bin/roistat-hook.js'];
const ms = (seconds: readonly number[]): string => `${(median(seconds) * 1000).toFixed(0)} ms`;
const time = (...words: string[]): Promise<number> => wallTime(pinned(cores.load, words));

/** Whole processes against the smallest one that Node can run. */
export async function run({ quick }: BenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-start-'));
  const handler = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end('{"status":"ok","order_id":"1"}');
  }).listen(0, '127.0.0.1');
  await once(handler, 'listening');
  const url = `http://127.0.0.1:${(handler.address() as AddressInfo).port}/`;
  const serve = [...program, 'serve', '--port', '0', '--inspect-port', '0', '--log-dir', folder];
  try {
    const figures = await interleave(
      {
        node: () => time('node', '-e', '0'),
        version: () => time(...program, '--version'),
        token: () => time(...program, 'token', 'a', 'b'),
        help: () => time(...program, '--help'),
        lead: () => time(...program, 'send-lead', '--url', url),
        serve: async () => {
          const { seconds, child } = await timeToLine(pinned(cores.load, serve));
          await stop(child);
          return seconds;
        },
      },
      quick ? 2 : 21,
    );
    const row = (what: string, seconds: readonly number[], atMost: number): Row => ({
      what,
      ours: ms(seconds),
      comparedWith: `\`node -e 0\` (${ms(figures.node)})`,
      value: ratio(seconds, figures.node),
      floor: { atMost },
      unit: '×',
    });
    return [
      row('`--version`, whole process', figures.version, 1.3),
      row('`token a b`, whole process', figures.token, 1.3),
      row('`--help`, whole process', figures.help, 1.4),
      row('`send-lead` to a local server', figures.lead, 2.3),
      row('`serve`, from start to the ready line', figures.serve, 2.4),
    ];
  } finally {
    handler.close();
    await rm(folder, { recursive: true });
  }
}
