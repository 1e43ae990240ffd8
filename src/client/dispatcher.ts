import { Agent, Client, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from './undici.ts';
import { type Destination } from './connectionProblem.ts';

/** Never reached through a proxy of the environment. */
const loopbackNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** How connections to handlers are made. */
export interface ConnectionOptions {
  /** For connecting, the answer's headers and its body together. */
  readonly timeoutMs: number;
  /** Certificates in PEM that are trusted instead of the system's. */
  readonly ca: string | undefined;
  /** Take any certificate. */
  readonly insecure: boolean;
  /** Proxy for every address. */
  readonly proxy: string | undefined;
  /** The proxy settings of the environment, used when `proxy` is not given; loopback is never proxied by them. */
  readonly proxies: { readonly http: string; readonly https: string; readonly none: string };
}

/** Options of undici that all dispatchers have. */
function commonOptions({ timeoutMs, ca, insecure }: ConnectionOptions) {
  const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecure };
  // The one timeout is ours: those of undici would hide it.
  return { tls, common: { connect: { timeout: timeoutMs, ...tls }, headersTimeout: 0, bodyTimeout: 0 } };
}

/** Whoever makes one destroys it. With `reuse` false each request gets a connection of its own. */
export function dispatcherFor(options: ConnectionOptions, { reuse }: { readonly reuse: boolean }): Dispatcher {
  const { proxy, proxies } = options;
  const { tls, common: timesAndTls } = commonOptions(options);
  const common = {
    ...timesAndTls,
    requestTls: tls,
    // Plain HTTP through a plain proxy goes as an absolute address, as curl does it, not through a tunnel.
    proxyTunnel: false,
    ...(reuse ? {} : { pipelining: 0 }),
  };
  if (proxy !== undefined) return new ProxyAgent({ ...common, uri: proxy });
  if (proxies.http === '' && proxies.https === '') return new Agent(common);
  const noProxy = [proxies.none, ...loopbackNames].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({ ...common, httpProxy: proxies.http, httpsProxy: proxies.https, noProxy });
}

/**
 * One for requests to this origin alone, one at a time: a single connection where no proxy is asked for, without the
 * work of a pool. Whoever makes one destroys it.
 */
export function laneDispatcher(origin: string, options: ConnectionOptions): Dispatcher {
  const { proxy, proxies } = options;
  const mayBeProxied =
    (proxies.http !== '' || proxies.https !== '') && !loopbackNames.includes(new URL(origin).hostname);
  if (proxy !== undefined || mayBeProxied) return dispatcherFor(options, { reuse: true });
  return new Client(origin, commonOptions(options).common);
}

/** Where a request to this origin goes, for the words of a failure. */
export function destinationOf(origin: string, { timeoutMs, proxy, proxies }: ConnectionOptions): Destination {
  const { host, protocol } = new URL(origin);
  const used = proxy ?? (protocol === 'https:' ? proxies.https || proxies.http : proxies.http);
  return { host, timeoutMs, proxy: URL.canParse(used) ? new URL(used) : undefined };
}
