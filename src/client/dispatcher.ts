import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from './undici.ts';
import { type Destination } from './connectionProblem.ts';

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

/** Whoever makes one destroys it. With `reuse` false each request gets a connection of its own. */
export function dispatcherFor(
  { timeoutMs, ca, insecure, proxy, proxies }: ConnectionOptions,
  { reuse }: { readonly reuse: boolean },
): Dispatcher {
  const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecure };
  const common = {
    connect: { timeout: timeoutMs, ...tls },
    requestTls: tls,
    // The one timeout is ours: these would hide it.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Plain HTTP through a plain proxy goes as an absolute address, as curl does it, not through a tunnel.
    proxyTunnel: false,
    ...(reuse ? {} : { pipelining: 0 }),
  };
  if (proxy !== undefined) return new ProxyAgent({ ...common, uri: proxy });
  if (proxies.http === '' && proxies.https === '') return new Agent(common);
  const noProxy = [proxies.none, 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({ ...common, httpProxy: proxies.http, httpsProxy: proxies.https, noProxy });
}

/** Where a request to this origin goes, for the words of a failure. */
export function destinationOf(origin: string, { timeoutMs, proxy, proxies }: ConnectionOptions): Destination {
  const { host, protocol } = new URL(origin);
  const used = proxy ?? (protocol === 'https:' ? proxies.https || proxies.http : proxies.http);
  return { host, timeoutMs, proxy: URL.canParse(used) ? new URL(used) : undefined };
}
