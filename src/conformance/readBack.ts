import { type HandlerClient } from '../client/handlerClient.ts';
import { basicAuthorization } from '../client/basicAuthorization.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { quote } from '../protocol/answerNoise.ts';

/** The stored order could not be read. The message says why; it may hold text from the network. */
export class ReadBackError extends Error {
  override readonly name = 'ReadBackError';
}

/** Values of a JSON document that are text or numbers, each as text. */
function leaves(value: unknown): string[] {
  const found: string[] = [];
  const waiting: unknown[] = [value];
  // Not recursive, for the document comes from the network and may be nested deeply.
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string') found.push(next);
    else if (typeof next === 'number') found.push(String(next));
    else if (typeof next === 'object' && next !== null) for (const item of Object.values(next)) waiting.push(item);
  }
  return found;
}

/** Reads stored orders from the shop's CRM, to compare them with what was sent. */
export class ReadBack {
  readonly #client: HandlerClient;
  readonly #template: string;
  readonly #headers: ReadonlyArray<readonly [string, string]>;

  /** `template` is an address with `{order_id}` in it that answers JSON. */
  constructor(client: HandlerClient, template: string, headers: ReadonlyArray<readonly [string, string]>) {
    this.#client = client;
    this.#template = template;
    this.#headers = headers;
  }

  /** Texts and numbers of the stored order. Throws a ReadBackError when there is no JSON to be had. */
  async leavesOf(orderId: string): Promise<readonly string[]> {
    // As a part of a path these would lead elsewhere, with the credentials.
    if (orderId === '.' || orderId === '..')
      throw new ReadBackError(`the order_id "${orderId}" cannot stand in an address`);
    const address = new URL(this.#template.replaceAll('{order_id}', encodeURIComponent(orderId)));
    const headers = [...this.#headers, ...basicAuthorization(address)];
    const { origin, pathname, search } = address;
    const outcome = await this.#client.exchange({ origin, target: pathname + search, headers });
    if (outcome.kind === 'unreachable') throw new ReadBackError(outcome.problem.detail);
    const { status, body, truncated } = outcome.answer;
    const order = excerpt(orderId, 60);
    if (truncated) throw new ReadBackError(`more than 1 MiB for the order ${order}`);
    const text = Buffer.from(body)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    if (status !== 200) throw new ReadBackError(`HTTP ${status} for the order ${order}: ${quote(text)}`);
    try {
      return leaves(JSON.parse(text));
    } catch {
      throw new ReadBackError(`no JSON for the order ${order}: ${quote(text)}`);
    }
  }
}
