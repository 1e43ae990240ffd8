import { type JournalRecord } from '../journal/record.ts';
import { encodeQuery, type Parameter } from '../protocol/encodeQuery.ts';
import { judgeAnswer } from '../protocol/judgeAnswer.ts';
import { webhookTarget } from '../protocol/webhookTarget.ts';
import { type Delivery, type ReproducibleRequest } from './delivery.ts';
import { basicAuthorization } from './basicAuthorization.ts';
import { HandlerClient, type ClientOptions } from './handlerClient.ts';
import { longTargetProblems } from './longTarget.ts';
import { ownHeaders } from './ownHeaders.ts';
import { type Changes, recordedRequest, type Unsendable } from './recordedRequest.ts';
import { exchangeWhenUp } from './whenUp.ts';

export interface CallerOptions extends ClientOptions {
  /** Milliseconds during which a connection that fails is tried again, until the first answer. */
  readonly waitMs: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** Path of the file that `ca` came from. */
  readonly cacert: string | undefined;
  /** What was not sent and may be shown as little; a handler may repeat it all the same. */
  readonly secrets?: readonly string[];
  /** Sent unless the headers have a User-Agent of their own. */
  readonly userAgent: string;
  /** Build requests and send nothing. */
  readonly dryRun: boolean;
}

/** What is to be sent, in the order of the wire. */
export interface Call extends Pick<ReproducibleRequest, 'token' | 'tokenCommand'> {
  readonly webhook: URL;
  readonly action: string;
  readonly parameters: readonly Parameter[];
}

/** A recorded request that is to be sent again. */
export interface Resend extends Changes {
  readonly webhook: URL;
  readonly record: JournalRecord;
}

/** A recorded request that was sent, or only shown; or why it cannot be sent. */
export type Resent = { readonly kind: 'delivery'; readonly delivery: Delivery } | Unsendable;

type SentFacts = Omit<Delivery['request'], 'url' | 'targetBytes' | 'insecure' | 'cacert' | 'proxy' | 'secrets'>;

interface Outgoing {
  readonly webhook: URL;
  /** Path and query of the request. */
  readonly target: string;
  readonly action: string;
  /** Headers that a reproduction of the request does not need; they go before the others. */
  readonly own: ReproducibleRequest['headers'];
}

/** Calls handlers as Roistat does, and judges what they answer; one HTTP client for all calls. */
export class HandlerCaller {
  readonly #options: CallerOptions;
  readonly #client: HandlerClient | undefined;
  #hasAnswered = false;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#client = options.dryRun ? undefined : new HandlerClient(options);
  }

  /** Sends one call. Rejects only when the options' signal ended it. */
  async call({ webhook, action, token, tokenCommand, parameters }: Call): Promise<Delivery> {
    const headers = [...this.#options.headers, ...basicAuthorization(webhook)];
    const own = ownHeaders(headers, this.#options.userAgent);
    const target = webhookTarget(webhook, encodeQuery(parameters));
    return this.#deliver({ webhook, target, action, own }, { token, tokenCommand, headers, parameters });
  }

  /**
   * Sends a recorded request again: its query after the address's own, its method, headers and body, byte for byte but
   * for the changes. Headers of the options, and the login of the address, take the place of recorded ones.
   * Rejects only when the options' signal ended it.
   */
  async resend({ webhook, record, ...changes }: Resend): Promise<Resent> {
    const request = recordedRequest(record, changes);
    if (request.kind === 'unsendable') return request;
    const { method, query, headers, body, token, action, parameters } = request;
    const given = [...this.#options.headers, ...basicAuthorization(webhook)];
    const overridden = new Set(given.map(([name]) => name.toLowerCase()));
    const delivery = await this.#deliver(
      { webhook, target: webhookTarget(webhook, query), action, own: [] },
      {
        method,
        body,
        token,
        headers: [...headers.filter(([name]) => !overridden.has(name.toLowerCase())), ...given],
        parameters,
      },
    );
    return { kind: 'delivery', delivery };
  }

  async #deliver({ webhook, target, action, own }: Outgoing, sent: SentFacts): Promise<Delivery> {
    const { waitMs, signal, elapsed, insecure, cacert, proxy, secrets } = this.#options;
    const { origin } = webhook;
    const { headers, method = 'GET', body } = sent;
    const targetBytes = target.length;
    const facts = { action, request: { ...sent, url: origin + target, targetBytes, insecure, cacert, proxy, secrets } };
    const long = longTargetProblems(target);
    if (!this.#client) {
      return { ...facts, verdict: 'not-sent', orderId: undefined, problems: long, answer: undefined };
    }
    const outgoing = { origin, target, method, body, headers: [...own, ...headers] };
    const outcome = await exchangeWhenUp(this.#client, outgoing, {
      waitMs: this.#hasAnswered ? 0 : waitMs,
      signal,
      elapsed,
    });
    if (outcome.kind === 'unreachable') {
      const problems = [outcome.problem, ...long];
      return { ...facts, verdict: 'unreachable', orderId: undefined, problems, answer: undefined };
    }
    this.#hasAnswered = true;
    const { verdict, orderId, problems } = judgeAnswer(action, outcome.answer);
    return { ...facts, verdict, orderId, problems: [...problems, ...long], answer: outcome.answer };
  }

  close(): void {
    this.#client?.close();
  }
}
