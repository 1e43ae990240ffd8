import { type Command } from 'commander';
import { randomBytes } from 'node:crypto';
// `import type` leaves no import behind: these modules are loaded when they are needed.
import type { Inspector, WebhookFacts } from '../../inspector/inspector.ts';
import type { SendAgain } from '../../inspector/replay.ts';
import { type ScanEntry } from '../../journal/journal.ts';
import { type Credentials } from '../../protocol/token.ts';
import { printable } from '../../report/printable.ts';
import { type ServerObserver } from '../../server/serverObserver.ts';
import { unsentSecrets } from '../credentials.ts';
import { type Environment } from '../environment.ts';
import { environmentError, usageError } from '../errors.ts';
import { packageFolder } from '../packageFolder.ts';
import { parsePort } from '../parseValues.ts';
import { version } from '../version.ts';

interface InspectorSettings {
  readonly port: number;
  readonly inspect: boolean;
  readonly inspectPort: number;
  readonly redact?: boolean;
  readonly forward?: string;
  readonly forwardMessage?: string;
  readonly cacert?: string;
  readonly insecure?: boolean;
}

interface InspectorFacts {
  readonly logDir: string;
  readonly credentials: Credentials | undefined;
  /** At a time. */
  readonly connections: number;
}

const defaultPort = 8788;

export function addInspectorOptions(command: Command): Command {
  return command
    .option('--inspect-port <port>', 'port of the inspector; 0 takes any free one', parsePort, defaultPort)
    .option('--no-inspect', 'no inspector page')
    .option('--redact', 'mask personal data in the inspector until asked');
}

/**
 * Sends recorded requests again; what is said of the certificates of the handler behind holds for it alone. The HTTP
 * client costs more to load than all the rest, so it waits for the first.
 */
function makeSendAgain(
  settings: InspectorSettings,
  credentials: Credentials | undefined,
  environment: Environment,
): SendAgain {
  const { forward, forwardMessage } = settings;
  const handlers = [forward, forwardMessage].flatMap((url) => (url === undefined ? [] : [new URL(url).origin]));
  return async (what) => {
    const { defaultTimeoutMs, openCaller } = await import('../deliver.ts');
    const trust = handlers.includes(what.webhook.origin) ? settings : {};
    const secrets = unsentSecrets({ credentials });
    const caller = await openCaller({ ...trust, timeout: defaultTimeoutMs }, environment, secrets);
    try {
      return await caller.resend(what);
    } finally {
      caller.close();
    }
  };
}

/** What came in before, newest first. */
async function* historyOf(logDir: string): AsyncGenerator<ScanEntry> {
  const { readRecords } = await import('../../journal/readRecords.ts');
  try {
    yield* readRecords([{ kind: 'path', path: logDir }], { newestFirst: true });
  } catch (error) {
    // Removed since the start: then there is no history, and serve itself speaks up when it writes.
    if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
  }
}

/** What `serve` needs of the inspector. */
export interface OpenInspector {
  /** Address of the page; undefined with --no-inspect. */
  readonly url: string | undefined;
  /** What is to be said once the webhook listens, too; else there is no page to speak of. */
  readonly note: string;
  /** The observer, with the inspector looking over its shoulder. */
  readonly watch: (observer: ServerObserver) => ServerObserver;
  /** The webhook is ready: begins to read the journal. */
  readonly start: (facts: Omit<WebhookFacts, 'credentials' | 'invocation'>) => void;
  readonly close: () => Promise<void>;
}

const noInspector: OpenInspector = {
  url: undefined,
  note: '',
  watch: (observer) => observer,
  start: () => {},
  close: () => Promise.resolve(),
};

/** The port to try first: not that of the webhook, which listens only after the inspector. */
function firstPort({ port, inspectPort }: InspectorSettings, mayMove: boolean): number {
  if (inspectPort === 0 || inspectPort !== port) return inspectPort;
  if (mayMove) return 0;
  throw usageError('--port and --inspect-port are the same', 'Take a free one with --inspect-port 0.');
}

async function listen(port: number, make: (port: number) => Promise<Inspector>, mayMove: boolean): Promise<Inspector> {
  try {
    return await make(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    if (mayMove) return make(0);
    const why = code === 'EACCES' ? 'may not be used' : 'is taken';
    const hint = 'Take a free one with --inspect-port 0, or none with --no-inspect.';
    throw environmentError(`port ${port} of the inspector ${why}`, hint, error);
  }
}

/** Starts the inspector, unless it is not wanted. A default port that cannot be used is given up for a free one. */
export async function openInspector(
  command: Command,
  { logDir, credentials, connections }: InspectorFacts,
  environment: Environment,
): Promise<OpenInspector> {
  const settings = command.opts<InspectorSettings>();
  const { inspect, redact = false } = settings;
  if (!inspect) return noInspector;
  const isDefault = command.getOptionValueSource('inspectPort') === 'default';
  const wanted = firstPort(settings, isDefault);
  const { Inspector } = await import('../../inspector/inspector.ts');
  const options = {
    pageFolder: new URL('dist/page/', packageFolder),
    version,
    logDir,
    redact,
    instance: randomBytes(8).toString('hex'),
    csrf: randomBytes(24).toString('base64url'),
    sendAgain: makeSendAgain(settings, credentials, environment),
    connections,
  };
  const inspector = await listen(wanted, (port) => Inspector.listen({ ...options, port }), isDefault);
  const hasMoved = isDefault && inspector.port !== defaultPort;
  return {
    url: inspector.url,
    note: hasMoved ? `note: port ${defaultPort} cannot be used, so the inspector is on port ${inspector.port}\n` : '',
    watch: (observer) => ({
      ...observer,
      answered(record, line) {
        inspector.answered(record, line);
        observer.answered(record, line);
      },
    }),
    start: (facts) => {
      const { invocation } = environment;
      inspector.start({ ...facts, invocation, credentials }, historyOf(logDir), (sentence) => {
        environment.stderr.write(`note: the inspector lacks older requests: ${printable(sentence)}\n`);
      });
    },
    close: () => inspector.close(),
  };
}
