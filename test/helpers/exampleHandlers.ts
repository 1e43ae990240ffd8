import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeQuery } from '../../src/protocol/encodeQuery.ts';
import { signToken } from '../../src/protocol/token.ts';
import { follow, type RunningProgram } from './cli.ts';
import { hasPhp, hasPython } from './needs.ts';
import { handlersFolder, startPhp } from './php.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** The starter handlers that `example` prints. */
export const examplesFolder = join(handlersFolder, 'example');

/** An order as the handler keeps it. */
interface StoredOrder {
  readonly orderId: string;
  readonly lead: Readonly<Record<string, string>>;
  readonly comments: readonly string[];
}

interface Language {
  readonly name: 'php' | 'node' | 'python';
  readonly file: string;
  readonly isHere: boolean;
  readonly readOrders: (store: string) => StoredOrder[];
}

type Line = { readonly order_id: string; readonly lead?: Record<string, string>; readonly comment: string };

/** The lines that are whole; of one that a full disk cut off nobody was told "ok". */
function parseLines<T>(text: string): Array<T | undefined> {
  return text.split('\n').map((line) => {
    try {
      return JSON.parse(line) as T;
    } catch {
      return undefined;
    }
  });
}

function readFolder(store: string): StoredOrder[] {
  const names = existsSync(store) ? readdirSync(store) : [];
  return names.flatMap((name) => {
    const text = readFileSync(join(store, name), 'utf8');
    const [lead, ...lines] = parseLines<StoredOrder['lead']>(text);
    const comments = lines.flatMap((line) => line?.['comment'] ?? []);
    return lead === undefined ? [] : [{ orderId: name.replace(/\.jsonl$/, ''), lead, comments }];
  });
}

function readLines(store: string): StoredOrder[] {
  const text = existsSync(store) ? readFileSync(store, 'utf8') : '';
  const lines = parseLines<Line>(text).flatMap((line) => line ?? []);
  const commentsOf = (id: string): string[] =>
    lines.filter(({ order_id, lead }) => lead === undefined && order_id === id).map(({ comment }) => comment);
  return lines.flatMap(({ order_id: id, lead }) =>
    lead === undefined ? [] : [{ orderId: id, lead, comments: commentsOf(id) }],
  );
}

const readTables = `import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
texts = lambda order_id: [text for text, in db.execute('SELECT text FROM comments WHERE order_id = ?', (order_id,))]
print(json.dumps([{'orderId': str(order_id), 'lead': json.loads(lead), 'comments': texts(order_id)}
  for order_id, lead in db.execute('SELECT id, lead FROM orders').fetchall()]))`;

function readDatabase(store: string): StoredOrder[] {
  const json = execFileSync('python3', ['-c', readTables, store], { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(json.toString('utf8')) as StoredOrder[];
}

export const languages: readonly [php: Language, node: Language, python: Language] = [
  { name: 'php', file: 'webhook.php', isHere: hasPhp, readOrders: readFolder },
  { name: 'node', file: 'webhook.mjs', isHere: true, readOrders: readLines },
  { name: 'python', file: 'webhook.py', isHere: hasPython, readOrders: readDatabase },
];

interface ExampleOptions {
  readonly user?: string;
  readonly password?: string;
  /** Where orders are kept; a new place by default. */
  readonly store?: string;
}

interface RunningExample {
  readonly url: string;
  readonly store: string;
  /** The parameters that sign a call. */
  readonly signed: { readonly user: string; readonly token: string };
  readonly orders: () => StoredOrder[];
  /** What the handler complained about: PHP's error log, else stderr. */
  readonly complaints: () => string;
  /** Resolves with the exit code; PHP is killed. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts a program that prints its address, and resolves with it. */
async function startPrinting(command: string, file: string, env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, [join(examplesFolder, file)], {
    env: { PATH, HOME, LANG: 'C.UTF-8', PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const program: RunningProgram = follow(child);
  const [, url = ''] = await program.waitFor(/^webhook on (http:\/\/127\.0\.0\.1:\d+\/)\n$/);
  return { url, program };
}

/** Starts a starter handler on a free port; it ends with the test. PHP has four workers. */
export async function startExample(
  { name, file, readOrders }: Language,
  options: ExampleOptions = {},
): Promise<RunningExample> {
  const folder = await temporaryFolder();
  const { user = '', password = '', store = join(folder, 'orders') } = options;
  const env = { ROISTAT_USER: user, ROISTAT_PASSWORD: password, ROISTAT_ORDERS: store };
  const common = { store, signed: { user, token: signToken({ user, password }) }, orders: () => readOrders(store) };
  if (name !== 'php') {
    const { url, program } = await startPrinting(name === 'node' ? process.execPath : 'python3', file, env);
    return { ...common, url, complaints: program.stderr, stop: program.stop };
  }
  const errorLog = join(folder, 'php-errors.log');
  const ini = ['error_reporting=-1', `error_log=${errorLog}`];
  const php = await startPhp(examplesFolder, { env, ini, workers: 4, script: join(examplesFolder, file) });
  onTestFinished(php.stop);
  return {
    ...common,
    url: php.url,
    complaints: () => (existsSync(errorLog) ? readFileSync(errorLog, 'utf8') : ''),
    stop: async () => {
      await php.stop();
      return null;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly json: { readonly status?: unknown; readonly order_id?: unknown; readonly message?: unknown };
}

/** Calls a handler, and fails when the answer is anything but one JSON object with the headers that it should have. */
export async function ask(
  url: string,
  parameters: Readonly<Record<string, string>>,
  init: RequestInit = {},
): Promise<Reply> {
  const response = await fetch(`${url}?${encodeQuery(Object.entries(parameters))}`, init);
  const body = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type');
  if (type !== 'application/json; charset=utf-8') throw new Error(`Content-Type is ${type}: ${body.toString('utf8')}`);
  if (init.method === 'HEAD') return { status: response.status, json: {} };
  const length = response.headers.get('content-length');
  if (length !== null && Number(length) !== body.length) throw new Error(`Content-Length is ${length}`);
  if (body[0] !== 0x7b) throw new Error(`something is before the JSON: ${body.toString('utf8')}`);
  return { status: response.status, json: JSON.parse(body.toString('utf8')) as Reply['json'] };
}
