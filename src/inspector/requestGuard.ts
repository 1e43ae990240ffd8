import { timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { isPagePath } from './pageFiles.ts';

/** Why a request is refused. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 415 | 421;
  readonly message: string;
  /** The methods that the path takes. */
  readonly allow?: string;
}

/** A request target in its two parts. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The target as it came, parted at its `?`; undefined when it is not a path. A parser of addresses would also take
 * another host (`//x/`, `http://x/`) and steps (`/../`), and what is guarded has to be what is served.
 */
export function targetOf({ url = '' }: IncomingMessage): Target | undefined {
  if (!/^\/(?![/\\])/.test(url)) return undefined;
  const mark = url.indexOf('?');
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
  };
}

/** The Content-Security-Policy of an answer; `inline` is what stands in it and may be run and drawn with. */
export const policyOf = (inline: readonly string[]): string =>
  [
    "default-src 'none'",
    ...inline,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

/** Sent with every answer. */
export const safetyHeaders = {
  'Content-Security-Policy': policyOf([]),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** The names of this machine in itself. A page of another name that resolves to loopback (DNS rebinding) is refused. */
function isOwnHost(host: string | undefined, port: number): boolean {
  // Browsers leave out the port of http itself.
  const ports = port === 80 ? [':80', ''] : [`:${port}`];
  const own = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => ports.map((end) => name + end));
  return own.includes(host?.toLowerCase() ?? '');
}

function equalSecrets(given: unknown, expected: string): boolean {
  const bytes = Buffer.from(typeof given === 'string' ? given : '');
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected));
}

/** The one path that takes POST, and nothing else. */
const postPath = '/api/replay';

/** Whether another site may cause it: a link to the page, for it has no data. Browsers keep scripts from reading it. */
function mayComeFromElsewhere({ method, headers }: IncomingMessage, path: string): boolean {
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isNavigation && method === 'GET' && isPagePath(path);
}

/** Why the method is refused; undefined when the path takes it. */
function methodRefusal(method: string | undefined, path: string): Refusal | undefined {
  const isRead = method === 'GET' || method === 'HEAD';
  const isPost = path === postPath;
  if (isPost ? method === 'POST' : isRead) return undefined;
  const allow = isPost ? 'POST' : 'GET, HEAD';
  return { status: 405, message: `${allow} is answered here`, allow };
}

/** What is wrong with a request and with who asks, before any work is done for it; undefined when nothing is. */
export function refusalOf(
  request: IncomingMessage,
  target: Target | undefined,
  { port, csrf }: { readonly port: number; readonly csrf: string },
): Refusal | undefined {
  const { method, headers, headersDistinct } = request;
  if (!target) return { status: 400, message: 'the request target is no path' };
  if ((headersDistinct['host']?.length ?? 0) > 1) return { status: 400, message: 'there is more than one Host' };
  if (!isOwnHost(headers.host, port)) return { status: 421, message: 'this page answers to 127.0.0.1 and localhost' };
  const site = headers['sec-fetch-site'];
  const isElsewhere = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isElsewhere && !mayComeFromElsewhere(request, target.path)) return { status: 403, message: 'another site asks' };
  const refused = methodRefusal(method, target.path);
  if (refused) return refused;
  if (method !== 'POST') return undefined;
  if (headers.origin !== `http://${headers.host}` || (site !== undefined && site !== 'same-origin')) {
    return { status: 403, message: 'another site asks' };
  }
  if (!equalSecrets(headers['x-csrf-token'], csrf)) return { status: 403, message: 'the page is of another run' };
  if (!isJson.test(headers['content-type'] ?? '')) return { status: 415, message: 'JSON is taken' };
  return undefined;
}

const isJson = /^application\/json[ \t]*(?:;[ \t]*charset="?utf-8"?[ \t]*)?$/i;
