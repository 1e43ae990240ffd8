import { type Command, Option } from 'commander';
import { type Delivery } from '../client/delivery.ts';
import { HandlerCaller } from '../client/handlerCaller.ts';
import { type ClientOptions } from '../client/handlerClient.ts';
import { mask } from '../protocol/mask.ts';
import { isSecretHeader } from '../protocol/maskToken.ts';
import { mayShowToken } from '../report/curlCommand.ts';
import { deliveryReporters, longTargetNote } from '../report/deliveryReporters.ts';
import { shownAddress } from '../report/shownAddress.ts';
import { type Context, styleFor } from './context.ts';
import { type Environment } from './environment.ts';
import { exitCodes, usageError } from './errors.ts';
import { nobodyThereHint } from './nobodyThere.ts';
import { collectHeader, collectPair, parseDuration, parseSeed, parseWebhookUrl } from './parseValues.ts';
import { readTextFile } from './readTextFile.ts';
import { version } from './version.ts';

/** Options that `send-lead` and `send-message` share. */
export interface DeliveryOptions extends CallerSettings {
  readonly url: string;
  readonly field?: Array<[string, string]>;
  readonly seed?: number;
  readonly showSecrets?: boolean;
  readonly json?: boolean;
}

export const defaultTimeoutMs = 30_000;

/** The User-Agent of requests, unless another one is given. */
export const userAgent = `roistat-hook/${version}`;

/** Options that decide how handlers are called. */
export interface CallerSettings {
  readonly dryRun?: boolean;
  readonly timeout: number;
  readonly wait?: number;
  readonly header?: Array<[string, string]>;
  readonly cacert?: string;
  readonly insecure?: boolean;
  readonly proxy?: string;
}

export function addUrlOption(command: Command): Command {
  return command.addOption(
    new Option('--url <url>', 'webhook to call').default('http://127.0.0.1:8787/').argParser(parseWebhookUrl),
  );
}

export function addDeliveryOptions(command: Command): Command {
  command
    .option('-f, --field <name=value...>', 'any parameters, also unknown ones', collectPair)
    .option('--seed <n>', 'repeatable made-up values, the date included', parseSeed)
    .option('--dry-run', 'print the address and send nothing');
  return addCallerOptions(command)
    .option('--show-secrets', 'show the token in full')
    .option('--json', 'one JSON document on stdout');
}

export function addCallerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--timeout <time>', 'for the whole answer').argParser(parseDuration).default(defaultTimeoutMs, '30s'),
    )
    .option('--wait <time>', 'retry the connection until the handler is up', parseDuration)
    .option('-H, --header <header>', "'Name: value'; repeatable", collectHeader)
    .option('--cacert <file>', 'trust these certificates (PEM)')
    .option('--insecure', 'take any certificate')
    .option('--proxy <url>', 'send through this proxy (else HTTP_PROXY, NO_PROXY)', parseWebhookUrl);
}

/** A proxy setting of the environment, in either case of letters; curl takes one without http://, and so do we. */
function proxyAddress(env: Environment['env'], name: string): string {
  const value = env[name.toLowerCase()] ?? env[name] ?? '';
  const address = value === '' || /^https?:\/\//.test(value) ? value : `http://${value}`;
  if (address === '' || URL.canParse(address)) return address;
  throw usageError(`${name} is no address of a proxy`, 'Write http://host:port.');
}

/** Headers as they are typed, without credentials. */
export function shownHeaders(option: string, headers: ReadonlyArray<readonly [string, string]>): string[] {
  return headers.flatMap(([name, value]) => [option, `${name}: ${isSecretHeader(name) ? mask : value}`]);
}

/** The options that decide how handlers are called as they are typed, without their secrets. */
export function shownCallerArguments({ header = [], cacert, insecure, proxy }: CallerSettings): string[] {
  return [
    ...shownHeaders('-H', header),
    ...(cacert === undefined ? [] : ['--cacert', cacert]),
    ...(insecure ? ['--insecure'] : []),
    ...(proxy === undefined ? [] : ['--proxy', shownAddress(proxy)]),
  ];
}

/** How to connect, from the options of the command line and the proxy settings of the environment. */
export async function clientSettings(options: CallerSettings, environment: Environment): Promise<ClientOptions> {
  const { env, cwd, signal, elapsed } = environment;
  const { timeout, cacert, insecure = false, proxy } = options;
  const ca = cacert === undefined ? undefined : await readTextFile(cacert, cwd);
  const proxies = {
    http: proxyAddress(env, 'HTTP_PROXY'),
    https: proxyAddress(env, 'HTTPS_PROXY'),
    none: env['no_proxy'] ?? env['NO_PROXY'] ?? '',
  };
  return { timeoutMs: timeout, ca, insecure, proxy, proxies, signal, elapsed };
}

/** A caller with the options of the command line; whoever opens it closes it. */
export async function openCaller(
  options: CallerSettings,
  environment: Environment,
  secrets: readonly string[] = [],
): Promise<HandlerCaller> {
  const { cacert, dryRun = false, wait = 0, header = [] } = options;
  const client = await clientSettings(options, environment);
  return new HandlerCaller({
    ...client,
    cacert,
    dryRun,
    waitMs: wait,
    headers: header,
    userAgent,
    secrets,
  });
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
  const isNobodyThere = deliveries.some(({ problems }) => problems.some(({ code }) => code === 'connection-refused'));
  if (isNobodyThere && command.getOptionValueSource('url') === 'default') {
    stderr.write(`${nobodyThereHint(command, 'connection-refused', environment.invocation)}\n`);
  }
  return Math.max(...deliveries.map(({ verdict }) => codeOfVerdict[verdict]));
}
