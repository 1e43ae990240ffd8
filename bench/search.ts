import { spawnSync } from 'node:child_process';
import { type FileHandle, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeLine } from '../src/journal/line.ts';
import { type JournalRecord } from '../src/journal/record.ts';
import { encodeQuery } from '../src/protocol/encodeQuery.ts';
import { wallTime } from './lib/processes.ts';
import { type BenchOptions, type Row } from './lib/report.ts';
import { interleave, median, ratio } from './lib/rounds.ts';

const program = ['node', 'bin/roistat-hook.js'];
/** As `serve` does: a file that has grown to this is followed by the next part of its day. */
const fileLimitBytes = 256 * 1024 * 1024;
const day = Date.UTC(2026, 10, 22);

const phoneOf = (seq: number): string => `+7${9_000_000_000 + ((seq * 7919) % 999_999_937)}`;

/** A lead with what shops get; each tenth request is a message of a chat. */
function recordOf(seq: number): JournalRecord {
  const isMessage = seq % 10 === 0;
  const parameters: Record<string, string> = isMessage
    ? {
        user: '',
        token: '***',
        action: 'message',
        leadId: `order-${seq - 1}`,
        title: 'Чат',
        text: 'Иван: Есть доставка?',
      }
    : {
        user: '',
        token: '***',
        action: 'lead',
        visit: String(100_000 + seq),
        id: String(seq),
        title: 'Заявка',
        name: 'Иван',
        phone: phoneOf(seq),
        email: `ivan${seq}@mail.ru`,
        data: '{"page":"http://site.ru/"}',
      };
  const orderId = isMessage ? null : `order-${seq}`;
  return {
    v: 1,
    run: '0badcafe',
    seq,
    receivedAt: new Date(day + seq * 60).toISOString(),
    remote: '127.0.0.1:36330',
    method: 'GET',
    target: `/?${encodeQuery(Object.entries(parameters))}`.replace('%2A%2A%2A', '***'),
    headers: [['Host', '127.0.0.1:8787']],
    body: null,
    action: isMessage ? 'message' : 'lead',
    parameters,
    token: 'unchecked',
    tokenDiagnosis: null,
    problems: [],
    answer: { status: 200, body: JSON.stringify({ status: 'ok', ...(orderId === null ? {} : { order_id: orderId }) }) },
    orderId,
    durationMs: 0.412,
  };
}

/** Writes a journal of so many records as `serve` does. Resolves with its files, the oldest first. */
async function writeJournal(folder: string, records: number): Promise<string[]> {
  await mkdir(folder);
  const files: string[] = [];
  let file: FileHandle | undefined;
  let size = 0;
  let lines = '';
  for (let seq = 1; seq <= records; seq += 1) {
    lines += encodeLine(recordOf(seq));
    if (lines.length < 1_000_000 && seq < records) continue;
    if (!file) {
      const part = files.length === 0 ? '' : `.${files.length}`;
      files.push(join(folder, `2026-11-22${part}.jsonl`));
      file = await open(files.at(-1)!, 'w');
    }
    const { bytesWritten } = await file.write(lines);
    size += bytesWritten;
    lines = '';
    if (size < fileLimitBytes && seq < records) continue;
    await file.close();
    [file, size] = [undefined, 0];
  }
  return files;
}

const has = (name: string): boolean => spawnSync(name, ['--version']).status === 0;

const seconds = (figures: readonly number[]): string => `${median(figures).toPrecision(3)} s`;

/**
 * Searches in a journal, whole processes, its files in the memory of the system. All may use all cores, for so they are
 * used.
 */
export async function run({ quick }: BenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
  const output = await open(join(folder, 'output'), 'w');
  try {
    const records = quick ? 20_000 : 1_000_000;
    const journal = join(folder, 'journal');
    const files = await writeJournal(journal, records);
    const size = `${records} records`;
    const phone = phoneOf(records / 2 + 1);
    const time = async (...command: string[]): Promise<number> => {
      await output.truncate();
      return wallTime(command, ['ignore', output.fd, 'inherit']);
    };
    const log = (...words: string[]): string[] => [...program, 'log', journal, ...words];
    const where = (): Promise<number> => time(...log('--where', `phone=${phone}`));
    const action = (): Promise<number> => time(...log('--action', 'message', '--json'));
    // It notes that there is nothing, so its notes are not shown.
    const empty = (): Promise<number> => wallTime(log('--since', '2030-01-01'));
    const cat = (): Promise<number> => wallTime(['cat', ...files]);
    const duckdb = (): Promise<number> => time('node', 'bench/peers/duckdb.mjs', phone, ...files);
    const often = await interleave({ where, cat, duckdb, empty }, quick ? 2 : 9);
    const rows: Row[] = [
      {
        what: `\`log --where phone=…\`, one of ${size}`,
        ours: `${seconds(often.where)} (${seconds(often.empty)} with nothing to read)`,
        comparedWith: `\`cat\` to /dev/null (${seconds(often.cat)})`,
        value: ratio(often.where, often.cat),
        floor: { atMost: 4 },
        unit: '×',
      },
      {
        what: 'the same',
        ours: seconds(often.where),
        comparedWith: `DuckDB, \`read_ndjson\` with a schema (${seconds(often.duckdb)})`,
        value: ratio(often.duckdb, often.where),
        floor: { atLeast: 2 },
        unit: '×',
      },
    ];
    if (!has('jq')) {
      console.error('note: there is no jq here, so what is compared with it is left out');
      return rows;
    }
    const jq = (): Promise<number> => time('jq', '-c', `select(.parameters.phone=="${phone}")`, ...files);
    const pipe = `grep -h '"action":"message"' "$@" | jq -c 'select(.action=="message")'`;
    const grepJq = (): Promise<number> => time('bash', '--norc', '-c', pipe, 'bash', ...files);
    const seldom = await interleave({ where, jq, action, grepJq }, quick ? 2 : 3);
    return [
      ...rows,
      {
        what: 'the same',
        ours: seconds(seldom.where),
        comparedWith: `\`jq -c 'select(…)'\` (${seconds(seldom.jq)})`,
        value: ratio(seldom.jq, seldom.where),
        floor: { atLeast: 30 },
        unit: '×',
      },
      {
        what: `\`log --action message --json\`, a tenth of ${size}`,
        ours: seconds(seldom.action),
        comparedWith: `\`grep … \\| jq -c …\` (${seconds(seldom.grepJq)})`,
        value: ratio(seldom.grepJq, seldom.action),
        floor: { atLeast: 2 },
        unit: '×',
      },
    ];
  } finally {
    await output.close();
    await rm(folder, { recursive: true });
  }
}
