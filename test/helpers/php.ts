import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli.ts';

/** The PHP handlers of the fixtures. */
export const handlersFolder = fileURLToPath(new URL('../../fixtures/handlers/', import.meta.url));

// -n: the php.ini of the machine must not decide. Buffered output is what php.ini-production sets; without it a BOM
// would also spoil the headers. Errors are shown, as PHP does by itself, so that no handler hides a warning.
const settings = ['-n', '-d', 'output_buffering=4096', '-d', 'display_errors=1'];

/** Nothing of the machine's environment: PHP_CLI_SERVER_WORKERS and PHP_INI_SCAN_DIR would change what PHP does. */
const environment = { PATH: process.env['PATH'] ?? '', TZ: 'UTC' };

export interface RunningPhp {
  /** Base address, with a slash at its end. */
  readonly url: string;
  /** Resolves when the server is gone. */
  readonly stop: () => Promise<void>;
}

export interface PhpOptions {
  /** Added to an empty environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Processes that answer at the same time. */
  readonly workers?: number;
  /** A script that answers on every path, as in `php -S 127.0.0.1:8000 webhook.php`. */
  readonly script?: string;
  /** More settings of php.ini, as `name=value`. */
  readonly ini?: readonly string[];
}

/** PHP's built-in server with the folder as its root, on a free port; the caller stops it (afterAll). */
export async function startPhp(
  folder: string,
  { env = {}, workers = 1, script, ini = [] }: PhpOptions = {},
): Promise<RunningPhp> {
  const root = ['-S', '127.0.0.1:0', '-t', folder, ...(script === undefined ? [] : [script])];
  const hasWorkers = workers > 1;
  const child = spawn('php', [...settings, ...ini.flatMap((setting) => ['-d', setting]), ...root], {
    env: { ...environment, ...(hasWorkers ? { PHP_CLI_SERVER_WORKERS: String(workers) } : {}), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of their own: the workers do not end with the process that started them.
    detached: hasWorkers,
  });
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      const origin = /Development Server \((http:[^)]+)\) started/.exec(log)?.[1];
      if (origin !== undefined) resolve(`${origin}/`);
    });
    ended.then(() => reject(new Error(`php -S ended: ${log}`)), reject);
  });
  return {
    url,
    stop: async () => {
      if (hasWorkers && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs PHP code once; `$input` holds the given value, and what the code leaves in `$output` comes back. */
export function evaluatePhp(code: string, input: unknown): unknown {
  const program = `$input = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
    ${code}
    echo json_encode($output, JSON_THROW_ON_ERROR);`;
  const printed = execFileSync('php', [...settings, '-r', program], {
    env: environment,
    input: JSON.stringify(input),
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(printed.toString('utf8'));
}

/** The JSON document of `send-lead` and `send-message`, as far as these tests read it. */
interface DeliveryDocument {
  readonly verdict: string;
  readonly orderId: string | null;
  readonly problems: ReadonlyArray<{ readonly code: string; readonly severity: string }>;
  readonly request: {
    readonly url: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly curl: string;
  };
}

export interface Delivered {
  readonly code: number | null;
  readonly document: DeliveryDocument;
  /** The document as it was printed. */
  readonly stdout: string;
}

/** Runs `send-lead` or `send-message` of the built program, with --json. */
export async function deliver(
  command: 'send-lead' | 'send-message',
  url: string,
  args: readonly string[] = [],
  stdin = '',
): Promise<Delivered> {
  const { code, stdout, stderr } = await runCli([command, '--json', '--url', url, ...args], { stdin });
  if (stdout === '') throw new Error(`${command} printed no document: ${stderr}`);
  return { code, document: JSON.parse(stdout) as DeliveryDocument, stdout };
}

/** What echo-get.php answers. */
export interface Echo {
  readonly get: Readonly<Record<string, string>>;
  /** `QUERY_STRING`. */
  readonly query: string;
  /** `http_build_query($_GET)`. */
  readonly rebuilt: string;
}
