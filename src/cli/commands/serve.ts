import { type Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { FolderJournal } from '../../journal/folderJournal.ts';
import { type Journal, JournalError } from '../../journal/journal.ts';
import { passwordSpellings } from '../../protocol/hideSecrets.ts';
import { shellQuote } from '../../protocol/shellQuote.ts';
import { type Credentials } from '../../protocol/token.ts';
import { printable } from '../../report/printable.ts';
import { serveReporters, tornTailNote } from '../../report/serveReporters.ts';
import { type Style } from '../../report/style.ts';
import { type ServerObserver } from '../../server/serverObserver.ts';
import { notRecorded, startWebhookServer, type WebhookServer } from '../../server/webhookServer.ts';
import { type Context, styleFor } from '../context.ts';
import { addCredentialOptions, resolveCredentials, unsentSecrets } from '../credentials.ts';
import { type Environment } from '../environment.ts';
import { environmentError, exitCodes } from '../errors.ts';
import { addInspectorOptions, type OpenInspector, openInspector } from '../serve/openInspector.ts';
import { parseCount, parseNotEmpty, parsePort } from '../parseValues.ts';
import { addFaultOptions, resolveFaults, type ServedFaults } from '../serve/faultOptions.ts';
import { addForwardOptions, openForwarder, type ServedForward } from '../serve/forwardOptions.ts';
import { type GatheredLines, gatherLines } from '../serve/gatherLines.ts';
import { idleOptionNotes } from '../serve/idleOptions.ts';
import { keepHeapSmall } from '../serve/keepHeapSmall.ts';
import { shareOpenFiles } from '../serve/openFiles.ts';
import { version } from '../version.ts';

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly logDir: string;
  readonly strict?: boolean;
  readonly keepToken?: boolean;
  readonly exitAfter?: number;
  readonly showPii?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** Address to call this server at from this machine. */
function urlOf({ address, port }: AddressInfo): string {
  const anyAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const host = anyAddress[address] ?? (address.includes(':') ? `[${address}]` : address);
  return `http://${host}:${port}/`;
}

/** The next command to type; the password is asked for on the terminal. */
function nextCommand({ invocation }: Environment, url: string, user: string | undefined): string {
  const login = user === undefined ? '' : user === '' ? ' --password-stdin' : ` --user ${shellQuote(user)}`;
  return `${invocation} send-lead --url ${url}${login} --phone +79990001122`;
}

async function openJournal(folder: string, { now, stderr }: Environment): Promise<Journal> {
  try {
    return await FolderJournal.open(folder, now().toISOString().slice(0, 10), {
      onTornTail: (tornTail) => stderr.write(tornTailNote(tornTail)),
    });
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw environmentError(printable(error.message), 'Choose a folder that can be written with --log-dir.', error);
  }
}

const listenHints: Record<string, (host: string, port: number) => readonly [string, string]> = {
  EADDRINUSE: (host, port) => [
    `port ${port} on ${host} is taken`,
    'Is another serve running? Stop it, or take a free port with --port 0.',
  ],
  EACCES: (host, port) => [
    `port ${port} on ${host} may not be used`,
    'Ports below 1024 need rights; choose another with --port.',
  ],
  EADDRNOTAVAIL: (host) => [`${host} is not an address of this machine`, 'Use --host 127.0.0.1, or 0.0.0.0 for all.'],
  ENOTFOUND: (host) => [`the name ${host} cannot be resolved`, 'Use --host 127.0.0.1, or 0.0.0.0 for all.'],
};

function listenError(error: unknown, { host, port }: ServeOptions): unknown {
  const hint = listenHints[(error as NodeJS.ErrnoException).code ?? '']?.(printable(host), port);
  return hint ? environmentError(hint[0], hint[1], error) : error;
}

/** Prints what the server sees, and calls `done` after the last request of `--exit-after`. */
function makeObserver(
  options: ServeOptions,
  style: Style,
  { stderr }: Environment,
  lines: GatheredLines,
  done: () => void,
): ServerObserver {
  // Not counted: what they say stands in the lines of stdout, too.
  const notes = gatherLines(stderr, () => {});
  const { json = false, quiet = false, exitAfter } = options;
  const reporter = serveReporters[json ? 'json' : 'human'];
  let left = exitAfter ?? Number.POSITIVE_INFINITY;
  let failing = false;
  return {
    received(record) {
      if (!quiet) lines.write(reporter.received(record, style));
    },
    answered(record) {
      // A handler may answer 503, too.
      if (record.answer !== notRecorded && failing) {
        failing = false;
        stderr.write('The journal can be written again.\n');
      }
      // A handler may answer 431, too.
      if (record.answer?.status === 431 && record.problems.some(({ code }) => code === 'target-too-long')) {
        const length = record.target === null ? '' : ` (${record.target.length} bytes are known)`;
        notes.write(`#${record.seq}: the request target is longer than 64 KiB${length}; it was answered 431.\n`);
      }
      if (!quiet) lines.write(reporter.answered(record, style));
      left -= 1;
      if (left === 0) done();
    },
    journalFailed(error) {
      if (failing) return;
      failing = true;
      stderr.write(`${printable(error.message)}\nRequests are answered 503 until it can be written again.\n`);
    },
  };
}

/** While nobody reads stdout, its lines are dropped. */
const droppedNote = (lines: number): string =>
  `note: ${lines} lines were not printed, for nobody read them; the journal has all\n`;

function stopRequested(signal: AbortSignal): Promise<void> {
  return new Promise((resolveStop) => {
    if (signal.aborted) resolveStop();
    else signal.addEventListener('abort', () => resolveStop(), { once: true });
  });
}

/** What the handler behind may print of our credentials; the token stays where tokens are to be kept. */
function handlerSecrets(credentials: Credentials | undefined, keepToken: boolean): string[] {
  return keepToken ? passwordSpellings(credentials?.password ?? '') : unsentSecrets({ credentials });
}

/** What takes part in answering, beside our own rules. */
interface Answerers {
  readonly credentials: Credentials | undefined;
  readonly forward: ServedForward | undefined;
  readonly faults: ServedFaults | undefined;
}

async function runServe(
  command: Command,
  { credentials, forward, faults }: Answerers,
  style: Style,
  environment: Environment,
): Promise<number> {
  const { stdout, stderr, now, elapsed, signal, cwd } = environment;
  const options = command.opts<ServeOptions>();
  const { host, port, strict = false, keepToken = false, json = false, quiet = false } = options;
  for (const output of [stdout, stderr]) output.neverWait?.();
  keepHeapSmall();
  const logDir = resolve(cwd, options.logDir);
  const journal = await openJournal(logDir, environment);
  const lastAnswered = new AbortController();
  const lines = gatherLines(stdout, (dropped) => stderr.write(droppedNote(dropped)));
  const run = randomBytes(4).toString('hex');
  const shares = await shareOpenFiles(forward !== undefined);
  let inspector: OpenInspector | undefined;
  let server: WebhookServer;
  try {
    inspector = await openInspector(command, { logDir, credentials, connections: shares.viewers }, environment);
    server = await startWebhookServer({
      host,
      port,
      rules: { credentials, strict },
      passOn: forward && ((request, stop) => forward.forwarder.passOn(request, stop)),
      faults: faults?.source,
      keepToken,
      run,
      journal,
      clock: { now, elapsed },
      limits: { connections: shares.callers },
      observer: inspector.watch(makeObserver(options, style, environment, lines, () => lastAnswered.abort())),
    });
  } catch (error) {
    await inspector?.close();
    await journal.close();
    throw listenError(error, options);
  }
  const url = urlOf(server.address);
  stderr.write(inspector.note);
  if (!isLoopback(host)) stderr.write(`note: ${printable(host)} can be reached from other machines\n`);
  if (strict && forward) stderr.write('note: --strict refuses nothing with --forward, for the handler answers\n');
  for (const note of idleOptionNotes(command)) stderr.write(note);
  stderr.write(shares.note);
  const facts = { version, url, inspectUrl: inspector.url, logDir, user: credentials?.user, forward, faults };
  const next = nextCommand(environment, url, credentials?.user);
  const inspects = inspector.url === undefined ? '' : `, inspector on ${inspector.url}`;
  if (quiet && !json) stdout.write(`roistat-hook ${version} listens on ${url}${inspects}\n`);
  else stdout.write(serveReporters[json ? 'json' : 'human'].ready({ ...facts, nextCommand: next }, style));
  inspector.start({ webhook: url, run, firstLead: [next] });
  await Promise.race([stopRequested(signal), stopRequested(lastAnswered.signal)]);
  await server.close();
  lines.flush();
  await inspector.close();
  await journal.close();
  if (!json && !quiet) stderr.write(`Stopped. What came in stands in ${printable(logDir)}\n`);
  return exitCodes.ok;
}

export function configure(command: Command, context: Context): void {
  command
    .option('-p, --port <port>', 'port to listen on; 0 takes any free one', parsePort, 8787)
    .option('--host <host>', 'address to listen on', parseNotEmpty, '127.0.0.1')
    .option('--log-dir <folder>', 'journal: one JSONL file a UTC day', parseNotEmpty, 'roistat-log');
  addInspectorOptions(addCredentialOptions(command))
    .option('--strict', 'refuse odd but usable values, too')
    .option('--keep-token', 'record tokens as they came, not masked')
    .option('--exit-after <n>', 'stop after this many requests', parseCount)
    .option('--show-pii', 'show phones and addresses in full');
  addFaultOptions(addForwardOptions(command))
    .option('-q, --quiet', 'print the ready line alone')
    .option('--json', 'NDJSON on stdout: a ready line, then one line a request')
    .addHelpText(
      'after',
      `
Every request on every path is recorded before it is answered. A lead gets
{"status":"ok","order_id":"…"}, and the same lead always the same order_id.
With --user or --password, calls with another token get 401.
With --forward the handler answers instead, whatever the token and the action;
what is odd about the request is only recorded. No handler: 502, too slow: 504.

Faults: error-status, no-order-id (leads alone), bad-json, html, http-500,
slow=5s, reset, redirect. Each takes the place of an answer that would be ok;
the handler of --forward is then not called, but for slow, which delays it.

Examples:
  $ roistat-hook serve
  $ roistat-hook serve --port 0 --json --exit-after 1
  $ roistat-hook serve --forward http://127.0.0.1:8000/webhook.php
  $ roistat-hook serve --fault http-500:30% --fault slow=5s:10% --seed 7
  $ ROISTAT_HOOK_PASSWORD=secret roistat-hook serve --user demouser
`,
    )
    .action(async () => {
      const { environment } = context;
      const { showPii = false, keepToken = false } = command.opts<ServeOptions>();
      const credentials = await resolveCredentials(command, environment);
      const style = styleFor(environment.stdout, command, environment, { showPii });
      const faults = resolveFaults(command);
      const forward = await openForwarder(command, environment, handlerSecrets(credentials, keepToken));
      try {
        context.exitCode = await runServe(command, { credentials, forward, faults }, style, environment);
      } finally {
        forward?.forwarder.close();
      }
    });
}
