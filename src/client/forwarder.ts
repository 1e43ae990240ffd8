import { type Dispatcher } from 'undici';
import { isListing } from '../protocol/actions.ts';
import { endToEndHeaders, headerPairs, type HeaderPairs } from '../protocol/endToEndHeaders.ts';
import { headerSecrets } from '../protocol/hideSecrets.ts';
import { type Judgement, judgeAnswer } from '../protocol/judgeAnswer.ts';
import { secretTokens } from '../protocol/maskToken.ts';
import { type HandlerAnswer, type PassedRequest, type PassOutcome } from '../protocol/passOn.ts';
import { plainAddress } from '../protocol/plainAddress.ts';
import { problem } from '../protocol/problems.ts';
import { webhookTarget } from '../protocol/webhookTarget.ts';
import { basicAuthorization } from './basicAuthorization.ts';
import { connectionProblem } from './connectionProblem.ts';
import { type ConnectionOptions, destinationOf, dispatcherFor } from './dispatcher.ts';
import { limitTime } from './limitTime.ts';
import { judgedLimitBytes, readLimited } from './readLimited.ts';

export interface ForwarderOptions extends ConnectionOptions {
  readonly handler: URL;
  /** Where `action=message` goes, if not to the handler. */
  readonly messageHandler: URL | undefined;
  /** What the handler knows, too, and may print: its answers are not to be recorded with it. */
  readonly secrets?: readonly string[];
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
}

/** Bytes of an answer that are relayed, held in memory until it is recorded; the export of a CRM may have some. */
const relayedLimitBytes = 16 * 1024 * 1024;

/** What Node writes into a header. It throws at anything else, which the parser of today's undici lets through nowhere. */
const writableHeader = /^[\t\x20-\x7e\x80-\xff]*$/;

const isNamed = (name: string): (([header]: readonly [string, string]) => boolean) => {
  return ([header]) => header.toLowerCase() === name;
};

/** The headers of a request as it goes on; the login of the handler's address takes the place of the caller's. */
function passedHeaders({ headers, via }: PassedRequest, handler: URL): HeaderPairs {
  const own = basicAuthorization(handler);
  // Host is the handler's, the length that of the body, and nobody waits for a go-ahead, for the body is here.
  const replaced = new Set(['host', 'content-length', 'expect', ...own.map(([name]) => name.toLowerCase())]);
  const passed = endToEndHeaders(headers)
    .filter(([name]) => !replaced.has(name.toLowerCase()))
    // What is compressed could be relayed, but neither judged nor read in the record.
    .map(([name, value]) => [name, name.toLowerCase() === 'accept-encoding' ? 'identity' : value] as const);
  return [...passed, ...own, ['Via', `1.1 ${via}`]];
}

/** The headers of an answer as it is relayed. */
function relayedHeaders(headers: HeaderPairs, bodyBytes: number, isBodiless: boolean): HeaderPairs {
  const relayed = endToEndHeaders(headers);
  // The length of a body that does not follow, as for HEAD, stays what the handler says.
  if (isBodiless) return relayed;
  const length = String(bodyBytes);
  const given = relayed.filter(isNamed('content-length'));
  if (given.length === 1 && given[0]?.[1] === length) return relayed;
  return [...relayed.filter((header) => !isNamed('content-length')(header)), ['Content-Length', length]];
}

function byName(headers: HeaderPairs): Record<string, string> {
  const values = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    values[key] = key in values ? `${values[key]}, ${value}` : value;
  }
  return values;
}

/** Judged as `send-lead` does, up to the same size; but the data that a CRM is asked for may be large. */
function judge(action: string, { status, headers, body, complete }: HandlerAnswer, durationMs: number): Judgement {
  const isCut = !isListing(action) && body.length > judgedLimitBytes;
  return judgeAnswer(action, {
    status,
    headers: byName(headers),
    body: isCut ? body.subarray(0, judgedLimitBytes) : body,
    truncated: isCut || !complete,
    durationMs,
  });
}

function secretsOf(handler: URL): string[] {
  return [...headerSecrets(basicAuthorization(handler)), ...secretTokens(handler.search.slice(1))];
}

/** Passes requests on to a handler. Each gets a connection of its own: one that is reused may just be closing. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#dispatcher = dispatcherFor(options, { reuse: false });
  }

  /** Sends the request to the handler for its action. Never rejects: every failure is an outcome. */
  async passOn(request: PassedRequest, stop: AbortSignal): Promise<PassOutcome> {
    const { handler: main, messageHandler, secrets = [], timeoutMs, elapsed } = this.#options;
    const handler = request.action === 'message' && messageHandler ? messageHandler : main;
    const facts = { url: plainAddress(handler), secrets: [...secrets, ...secretsOf(handler)] };
    const start = elapsed();
    const limit = limitTime(timeoutMs, stop);
    try {
      // undici looks at the signal only once it has a connection.
      const answer = await Promise.race([this.#exchange(request, handler, limit.signal), limit.over]);
      const durationMs = elapsed() - start;
      return { ...facts, ...judge(request.action ?? '', answer, durationMs), answer, durationMs };
    } catch (error) {
      const found = stop.aborted
        ? problem('server-stopped', '', 'this server was stopped before the handler answered')
        : connectionProblem(error, destinationOf(handler.origin, this.#options));
      const none = { verdict: 'unreachable', orderId: undefined, answer: undefined } as const;
      return { ...facts, ...none, problems: [found], durationMs: elapsed() - start };
    } finally {
      limit.clear();
    }
  }

  async #exchange(request: PassedRequest, handler: URL, signal: AbortSignal): Promise<HandlerAnswer> {
    const { method, target, body: sent } = request;
    const mark = target.indexOf('?');
    const response = await this.#dispatcher.request({
      method,
      origin: handler.origin,
      path: webhookTarget(handler, mark < 0 ? '' : target.slice(mark + 1)),
      headers: passedHeaders(request, handler).flat(),
      body: sent ?? null,
      responseHeaders: 'raw',
      signal,
    });
    const { statusCode: status, statusText } = response;
    const headers = headerPairs(response.headers as unknown as string[]);
    const { body, truncated } = await readLimited(response.body as AsyncIterable<Buffer>, relayedLimitBytes);
    if (!headers.flat().every((text) => writableHeader.test(text))) throw new Error('a header has control characters');
    const isBodiless = method === 'HEAD' || status === 204 || status === 304;
    return {
      status,
      statusText: /^[\x20-\x7e]*$/.test(statusText) ? statusText : '',
      headers: relayedHeaders(headers, body.length, isBodiless),
      body,
      complete: !truncated,
    };
  }

  /** Closes all connections; does not wait for those that are still being made. */
  close(): void {
    this.#dispatcher.destroy().catch(() => {});
  }
}
