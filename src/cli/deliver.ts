import { type Command, Option } from 'commander';
import { exchangeWhenUp } from '../client/whenUp.ts';
import { HandlerClient } from '../client/handlerClient.ts';
import { encodeQuery, type Parameter } from '../protocol/encodeQuery.ts';
import { judgeAnswer } from '../protocol/judgeAnswer.ts';
import { problem } from '../protocol/problems.ts';
import { webhookTarget } from '../protocol/webhookTarget.ts';
import { mayShowToken } from '../report/curlCommand.ts';
import { deliveryReporters, longTargetNote } from '../report/deliveryReporters.ts';
import { type Delivery } from '../report/shownDelivery.ts';
import { type Context, styleFor } from './context.ts';
import { type Environment } from './environment.ts';
import { exitCodes, usageError } from './errors.ts';
import { collectHeader, collectPair, parseDuration, parseSeed, parseWebhookUrl } from './parseValues.ts';
import { readTextFile } from './readInput.ts';
import { version } from './version.ts';

/** Options that `send-lead` and `send-message` share. */
export interface DeliveryOptions {
  readonly url: string;
  readonly field?: Array<[string, string]>;
  readonly seed?: number;
  readonly dryRun?: boolean;
  readonly timeout: number;
  readonly wait?: number;
  readonly header?: Array<[string, string]>;
  readonly cacert?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
  readonly showSecrets?: boolean;
  readonly json?: boolean;
}

export function addUrlOption(command: Command): Command {
  return command.addOption(
    new Option('--url <url>', 'webhook to call').default('http://127.0.0.1:8787/').argParser(parseWebhookUrl),
  );
}

export function addDeliveryOptions(command: Command): Command {
  return command
    .option('-f, --field <name=value...>', 'any parameters, also unknown ones', collectPair)
    .option('--seed <n>', 'repeatable made-up values, the date included', parseSeed)
    .option('--dry-run', 'print the address and send nothing')
    .addOption(new Option('--timeout <time>', 'for the whole answer').argParser(parseDuration).default(30_000, '30s'))
    .option('--wait <time>', 'retry the connection until the handler is up', parseDuration)
    .option('-H, --header <header>', "'Name: value'; repeatable", collectHeader)
    .option('--cacert <file>', 'trust these certificates (PEM)')
    .option('--insecure', 'take any certificate')
    .option('--proxy <url>', 'send through this proxy (else HTTP_PROXY, NO_PROXY)', parseWebhookUrl)
    .option('--show-secrets', 'show the token in full')
    .option('--json', 'one JSON document on stdout');
}

/** What is to be sent, in the order of the wire. */
export interface Call {
  readonly action: 'lead' | 'message';
  readonly token: string;
  readonly parameters: readonly Parameter[];
}

/** A proxy setting of the environment, in either case of letters; curl takes one without http://, and so do we. */
function proxyAddress(env: Environment['env'], name: string): string {
  const value = env[name.toLowerCase()] ?? env[name] ?? '';
  const address = value === '' || /^https?:\/\//.test(value) ? value : `http://${value}`;
  if (address === '' || URL.canParse(address)) return address;
  throw usageError(`${name} is no address of a proxy`, 'Write http://host:port.');
}

/** Sends calls one after another and judges the answers; one HTTP client for all. */
export class Deliverer {
  readonly #options: DeliveryOptions;
  readonly #environment: Environment;
  readonly #webhook: URL;
  readonly #client: HandlerClient | undefined;

  private constructor(options: DeliveryOptions, environment: Environment, client: HandlerClient | undefined) {
    this.#options = options;
    this.#environment = environment;
    this.#webhook = new URL(options.url);
    this.#client = client;
  }

  static async open(options: DeliveryOptions, environment: Environment): Promise<Deliverer> {
    const { env, cwd, signal, elapsed } = environment;
    const { timeout, cacert, insecure = false, proxy, dryRun } = options;
    const ca = cacert === undefined ? undefined : await readTextFile(cacert, cwd);
    const proxies = {
      http: proxyAddress(env, 'HTTP_PROXY'),
      https: proxyAddress(env, 'HTTPS_PROXY'),
      none: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
    };
    const settings = { timeoutMs: timeout, ca, insecure, proxy, proxies, signal, elapsed };
    return new Deliverer(options, environment, dryRun ? undefined : new HandlerClient(settings));
  }

  async deliver({ action, token, parameters }: Call): Promise<Delivery> {
    const { wait = 0, insecure = false, cacert, proxy, header = [] } = this.#options;
    const { signal, elapsed } = this.#environment;
    const { origin, username, password } = this.#webhook;
    const target = webhookTarget(this.#webhook, encodeQuery(parameters));
    const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const headers = [...header, ...(username || password ? [['Authorization', `Basic ${basic}`] as const] : [])];
    const request = {
      url: origin + target,
      token,
      headers,
      insecure,
      cacert,
      proxy,
      parameters,
      targetBytes: target.length,
    };
    const facts = { action, request };
    const long = target.length > 8192 ? [problem('target-over-8k', 'target', `it has ${target.length} bytes`)] : [];
    if (!this.#client) {
      return { ...facts, verdict: 'not-sent', orderId: undefined, problems: long, answer: undefined };
    }
    const named = headers.some(([name]) => name.toLowerCase() === 'user-agent');
    const agent = named ? [] : [['User-Agent', `roistat-hook/${version}`] as const];
    const outgoing = { origin, target, headers: [...agent, ['Accept', '*/*'] as const, ...headers] };
    const outcome = await exchangeWhenUp(this.#client, outgoing, { waitMs: wait, signal, elapsed });
    if (outcome.kind === 'unreachable') {
      const problems = [outcome.problem, ...long];
      return { ...facts, verdict: 'unreachable', orderId: undefined, problems, answer: undefined };
    }
    const { verdict, orderId, problems } = judgeAnswer(action, outcome.answer);
    return { ...facts, verdict, orderId, problems: [...problems, ...long], answer: outcome.answer };
  }

  close(): void {
    this.#client?.close();
  }
}

const codeOfVerdict: Record<Delivery['verdict'], number> = {
  accepted: exitCodes.ok,
  'not-sent': exitCodes.ok,
  rejected: exitCodes.failed,
  unreachable: exitCodes.environment,
};

/** Prints what was sent and answered, and gives the exit code: that of the gravest verdict. */
export function reportDeliveries(command: Command, deliveries: readonly Delivery[], { environment }: Context): number {
  const { json = false, showSecrets = false, dryRun = false } = command.opts<DeliveryOptions>();
  const { stdout, stderr } = environment;
  const style = styleFor(stdout, command, environment, { showSecrets });
  stdout.write(deliveryReporters[json ? 'json' : 'human'].report(deliveries, style));
  if (dryRun && !json) {
    const errorStyle = styleFor(stderr, command, environment);
    for (const { request, problems } of deliveries) {
      if (problems.length > 0) stderr.write(`${longTargetNote(request.targetBytes, errorStyle)}\n`);
      if (!mayShowToken(request.token, showSecrets)) {
        stderr.write('note: the token is masked; --show-secrets gives an address that can be called\n');
      }
    }
  }
  return Math.max(...deliveries.map(({ verdict }) => codeOfVerdict[verdict]));
}
