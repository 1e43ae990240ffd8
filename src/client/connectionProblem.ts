import { type Problem, type ProblemCode, problem } from '../protocol/problems.ts';

interface ConnectionError extends Error {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly errors?: readonly ConnectionError[];
}

const codes: Record<string, ProblemCode> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  UND_ERR_SOCKET: 'connection-reset',
  EHOSTUNREACH: 'connection-failed',
  ENETUNREACH: 'connection-failed',
  EADDRNOTAVAIL: 'connection-failed',
  ENOTFOUND: 'dns-failed',
  EAI_AGAIN: 'dns-failed',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'answer-malformed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'answer-malformed',
  UND_ERR_RESPONSE: 'answer-malformed',
  EPROTO: 'tls-failed',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-failed',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-failed',
};

function codeOf(error: ConnectionError): ProblemCode {
  if (error.name === 'TimeoutError') return 'timeout';
  if (error.name === 'HTTPParserError') return 'answer-malformed';
  const { code = '', message } = error;
  if (/\bproxy\b/i.test(message)) return 'proxy-failed';
  if (/before secure TLS connection/.test(message)) return 'tls-failed';
  const known = codes[code];
  if (known) return known;
  if (/^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|HOSTNAME_)/.test(code)) return 'tls-failed';
  // Whatever else: an answer came that undici cannot read. Not connection-failed, which --wait tries again.
  return 'answer-malformed';
}

/** Addresses that were tried, where a name stands for several (`localhost` is ::1 and 127.0.0.1). */
function tried(error: ConnectionError): string {
  const attempts = error.errors?.flatMap(({ address, port }) => {
    if (address === undefined) return [];
    return [`${address.includes(':') ? `[${address}]` : address}:${port}`];
  });
  return attempts && attempts.length > 1 ? ` (tried ${attempts.join(' and ')})` : '';
}

/** Where and how a request was sent, for the words of a failure. */
export interface Destination {
  /** `host:port` of the handler. */
  readonly host: string;
  readonly timeoutMs: number;
  /** Address of the proxy that may stand between. */
  readonly proxy: URL | undefined;
}

function describe(code: ProblemCode, error: ConnectionError, { host, timeoutMs }: Destination): string {
  switch (code) {
    case 'connection-refused':
      return `nothing listens on ${host}${tried(error)}: is the server running?`;
    case 'connection-reset':
      return `${host} closed the connection before the answer was complete`;
    case 'dns-failed':
      return `the name in ${host} cannot be resolved (${error.code})`;
    case 'timeout':
      return `no complete answer from ${host} within ${timeoutMs / 1000} s`;
    case 'tls-failed': {
      const isPlain = /wrong version number|packet length too long|before secure TLS connection/i.test(error.message);
      return isPlain
        ? `${host} does not speak TLS here: write http:// instead of https://`
        : `TLS with ${host}: ${error.message}`;
    }
    case 'answer-malformed':
      if (error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
        return `the body of the answer from ${host} is not as long as its Content-Length says`;
      }
      return `${host} does not answer in readable HTTP: ${error.message}`;
    default:
      return `${host}: ${error.message}`;
  }
}

/** Whether the connection that failed was one to the proxy. */
function isOfProxy(error: ConnectionError, { host, proxy }: Destination): boolean {
  if (!proxy || proxy.host === host) return false;
  if (error.hostname !== undefined) return error.hostname === proxy.hostname;
  const { port = error.errors?.[0]?.port } = error;
  return port === Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80));
}

/** Puts a failure of undici or of the operating system into a problem. */
export function connectionProblem(error: unknown, destination: Destination): Problem {
  const failure = error as ConnectionError;
  const code = codeOf(failure);
  if (code === 'proxy-failed' || isOfProxy(failure, destination)) {
    const name = destination.proxy?.host ?? 'of the environment';
    return problem('proxy-failed', '', `the proxy ${name}: ${failure.message || failure.code}`);
  }
  return problem(code, '', describe(code, failure, destination));
}
