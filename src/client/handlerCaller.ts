import { encodeQuery, type Parameter } from '../protocol/encodeQuery.ts';
import { judgeAnswer } from '../protocol/judgeAnswer.ts';
import { problem } from '../protocol/problems.ts';
import { webhookTarget } from '../protocol/webhookTarget.ts';
import { type Delivery, type ReproducibleRequest } from './delivery.ts';
import { basicAuthorization } from './basicAuthorization.ts';
import { HandlerClient, type ClientOptions } from './handlerClient.ts';
import { exchangeWhenUp } from './whenUp.ts';

export interface CallerOptions extends ClientOptions {
  /** Milliseconds during which a connection that fails is tried again, until the first answer. */
  readonly waitMs: number;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  /** Path of the file that `ca` came from. */
  readonly cacert: string | undefined;
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

/** Longer targets meet the default limits of nginx, Apache and PHP. */
const commonLimitBytes = 8192;

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
    const { waitMs, headers: given, insecure, cacert, proxy, userAgent, signal, elapsed } = this.#options;
    const { origin } = webhook;
    const target = webhookTarget(webhook, encodeQuery(parameters));
    const headers = [...given, ...basicAuthorization(webhook)];
    const url = origin + target;
    const targetBytes = target.length;
    const request = { url, token, tokenCommand, headers, insecure, cacert, proxy, parameters, targetBytes };
    const facts = { action, request };
    const isLong = targetBytes > commonLimitBytes;
    const long = isLong ? [problem('target-over-8k', 'target', `it has ${targetBytes} bytes`)] : [];
    if (!this.#client) {
      return { ...facts, verdict: 'not-sent', orderId: undefined, problems: long, answer: undefined };
    }
    const named = headers.some(([name]) => name.toLowerCase() === 'user-agent');
    const agent = named ? [] : [['User-Agent', userAgent] as const];
    const outgoing = { origin, target, headers: [...agent, ['Accept', '*/*'] as const, ...headers] };
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
