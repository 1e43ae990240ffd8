import { type Command, Option } from 'commander';
// `import type` leaves no import behind: the HTTP client costs more to load than all the rest of serve.
import type { Forwarder } from '../../client/forwarder.ts';
import { plainAddress } from '../../protocol/plainAddress.ts';
import { type Environment } from '../environment.ts';
import { usageError } from '../errors.ts';
import { parseDuration, parseWebhookUrl } from '../parseValues.ts';
import { reachesListener } from './reachesListener.ts';

interface ForwardOptions {
  readonly host: string;
  readonly port: number;
  readonly forward?: string;
  readonly forwardMessage?: string;
  readonly forwardTimeout: number;
  readonly cacert?: string;
  readonly insecure?: boolean;
}

/** A handler behind the server, and how it is told when the server is ready. */
export interface ServedForward {
  readonly forwarder: Forwarder;
  /** Addresses without secrets. */
  readonly url: string;
  readonly messageUrl: string | undefined;
}

export function addForwardOptions(command: Command): Command {
  return command
    .option('--forward <url>', 'let this handler answer; its answer is recorded and judged', parseWebhookUrl)
    .option('--forward-message <url>', 'its address for action=message, if another', parseWebhookUrl)
    .addOption(
      new Option('--forward-timeout <time>', 'for its whole answer').argParser(parseDuration).default(30_000, '30s'),
    )
    .option('--cacert <file>', 'trust these certificates of it (PEM)')
    .option('--insecure', 'take any certificate of it');
}

async function requireOther(option: string, address: URL, listener: ForwardOptions): Promise<void> {
  if (!(await reachesListener(address, listener))) return;
  throw usageError(
    `${option} ${plainAddress(address)} is the address of this server itself`,
    'Give the address of your handler, or let serve listen on another --port.',
  );
}

/**
 * The handler that the options name; undefined without any. Whoever opens it closes its forwarder. Its answers are
 * recorded without the secrets.
 */
export async function openForwarder(
  command: Command,
  environment: Environment,
  secrets: readonly string[],
): Promise<ServedForward | undefined> {
  const options = command.opts<ForwardOptions>();
  const { forward, forwardMessage, forwardTimeout } = options;
  if (forward === undefined) {
    if (forwardMessage === undefined) return undefined;
    throw usageError('--forward-message needs --forward', 'Give the address of your handler with --forward URL.');
  }
  const handler = new URL(forward);
  const messageHandler = forwardMessage === undefined ? undefined : new URL(forwardMessage);
  await requireOther('--forward', handler, options);
  if (messageHandler) await requireOther('--forward-message', messageHandler, options);
  const { clientSettings } = await import('../deliver.ts');
  const client = await import('../../client/forwarder.ts');
  const connection = await clientSettings({ ...options, timeout: forwardTimeout }, environment);
  return {
    forwarder: new client.Forwarder({ ...connection, handler, messageHandler, secrets }),
    url: plainAddress(handler),
    messageUrl: messageHandler && plainAddress(messageHandler),
  };
}
