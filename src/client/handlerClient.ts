import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { type Problem } from '../protocol/problems.ts';
import { connectionProblem } from './connectionProblem.ts';

export interface ClientOptions {
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
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
}

export interface OutgoingRequest {
  /** Where to connect; the target takes the place of its path and query. */
  readonly origin: string;
  /** Path and query exactly as they go over the wire. */
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
}

/** An answer, or why there is none. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'unreachable'; readonly problem: Problem };

/** Bytes of an answer that are read; an answer of the protocol has about fifty. */
const bodyLimitBytes = 1024 * 1024;

function dispatcherFor({ timeoutMs, ca, insecure, proxy, proxies }: ClientOptions): Dispatcher {
  const tls = { ...(ca === undefined ? {} : { ca }), rejectUnauthorized: !insecure };
  const common = {
    connect: { timeout: timeoutMs, ...tls },
    requestTls: tls,
    // The one timeout is ours: these would hide it.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Plain HTTP through a plain proxy goes as an absolute address, as curl does it, not through a tunnel.
    proxyTunnel: false,
  };
  if (proxy !== undefined) return new ProxyAgent({ ...common, uri: proxy });
  if (proxies.http === '' && proxies.https === '') return new Agent(common);
  const noProxy = [proxies.none, 'localhost', '127.0.0.1', '[::1]'].filter(Boolean).join(',');
  return new EnvHttpProxyAgent({ ...common, httpProxy: proxies.http, httpsProxy: proxies.https, noProxy });
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

async function readLimited(body: AsyncIterable<Buffer>): Promise<{ body: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > bodyLimitBytes) return { body: Buffer.concat(chunks).subarray(0, bodyLimitBytes), truncated: true };
  }
  return { body: Buffer.concat(chunks), truncated: false };
}

interface TimeLimit {
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted. */
  readonly over: Promise<never>;
  readonly clear: () => void;
}

/**
 * A signal that is aborted with the given one or when the time is over. Not AbortSignal.any with AbortSignal.timeout:
 * on Node 20 the garbage collector takes such a signal while a request waits for it, and it never fires.
 */
function limitTime(ms: number, signal: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const over = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  over.catch(() => {});
  const timer = setTimeout(() => controller.abort(new DOMException('the time is over', 'TimeoutError')), ms);
  const forward = (): void => controller.abort(signal.reason);
  if (signal.aborted) forward();
  signal.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    over,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', forward);
    },
  };
}

/** Calls handlers as Roistat does: one GET, redirects not followed, no retries. */
export class HandlerClient {
  readonly #options: ClientOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#dispatcher = dispatcherFor(options);
  }

  /** Sends one request. Rejects only when the options' signal ended it; every other failure is an outcome. */
  async exchange({ origin, target, headers }: OutgoingRequest): Promise<Outcome> {
    const { timeoutMs, proxy, proxies, signal, elapsed } = this.#options;
    const start = elapsed();
    const limit = limitTime(timeoutMs, signal);
    try {
      const request = { method: 'GET' as const, origin, path: target, headers: headers.flat(), signal: limit.signal };
      // undici looks at the signal only once it has a connection, and one through a proxy may never come.
      const response = await Promise.race([this.#dispatcher.request(request), limit.over]);
      const { body, truncated } = await readLimited(response.body as AsyncIterable<Buffer>);
      const answer = { status: response.statusCode, headers: flatHeaders(response.headers), body, truncated };
      return { kind: 'answer', answer: { ...answer, durationMs: elapsed() - start } };
    } catch (error) {
      signal.throwIfAborted();
      const { host, protocol } = new URL(origin);
      const used = proxy ?? (protocol === 'https:' ? proxies.https || proxies.http : proxies.http);
      const destination = { host, timeoutMs, proxy: URL.canParse(used) ? new URL(used) : undefined };
      return { kind: 'unreachable', problem: connectionProblem(error, destination) };
    } finally {
      limit.clear();
    }
  }

  /** Closes all connections; does not wait for those that are still being made. */
  close(): void {
    this.#dispatcher.destroy().catch(() => {});
  }
}
