import { type BenchOptions, markdownTable, type Row } from './lib/report.ts';

interface Benchmark {
  readonly run: (options: BenchOptions) => Promise<Row[]>;
}

const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  start: () => import('./start.ts'),
  receive: () => import('./receive.ts'),
  send: () => import('./send.ts'),
  search: () => import('./search.ts'),
  inspector: () => import('./inspector.ts'),
};

/** `npm run bench [-- name...] [--quick]`: all benchmarks or those named, one after the other, and their table. */
const words = process.argv.slice(2);
const quick = words.includes('--quick');
const wanted = words.filter((word) => word !== '--quick');
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`error: no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, load] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`${name} …`);
  const { run } = await load();
  rows.push(...(await run({ quick })));
}
console.log(markdownTable(rows));
