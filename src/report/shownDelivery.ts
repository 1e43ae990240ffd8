import { encodeComponent, type Parameter } from '../protocol/encodeQuery.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { type Delivery, type ReproducibleRequest } from '../client/delivery.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { headerSecrets, hiderOf } from '../protocol/hideSecrets.ts';
import { mask } from '../protocol/mask.ts';
import { isSecretParameter, secretTokens } from '../protocol/maskToken.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';
import { curlCommand, shownUrl, tokenVariable } from './curlCommand.ts';

/** A delivery as it may be shown: without its secrets, wherever they stand. */
export interface ShownDelivery extends Pick<Delivery, 'action' | 'verdict' | 'orderId' | 'problems'> {
  readonly method: string;
  readonly url: string;
  readonly targetBytes: number;
  readonly parameters: readonly Parameter[];
  readonly answer: (Omit<Answer, 'body'> & { readonly bodyText: string; readonly bodyBytes: number }) | undefined;
}

/** Characters of an order id that are shown: a handler may answer a megabyte of it. */
export const orderIdShown = 200;

type WithSecrets = Pick<ReproducibleRequest, 'url' | 'token' | 'headers' | 'secrets'>;

function secretsOf({ url, token, headers, secrets = [] }: WithSecrets): string[] {
  const tokens = [token, encodeComponent(token), ...secretTokens(url.slice(url.indexOf('?') + 1))];
  return [...tokens.filter((text) => !isPublicToken(text)), ...headerSecrets(headers), ...secrets];
}

/** Takes the secrets of a request out of texts, such as what a handler answered to it. */
export function secretHider(request: WithSecrets, showSecrets: boolean): (text: string) => string {
  return hiderOf(showSecrets ? [] : secretsOf(request), 2);
}

/** Takes the secrets out of a delivery. The answer is gone through, too, for handlers repeat what they were sent. */
export function shownDelivery(delivery: Delivery, showSecrets: boolean): ShownDelivery {
  const { action, verdict, orderId, problems, request, answer } = delivery;
  const { method = 'GET', url, targetBytes, parameters } = request;
  const hide = secretHider(request, showSecrets);
  return {
    action,
    verdict,
    orderId: orderId === undefined ? undefined : excerpt(hide(orderId), orderIdShown),
    problems: problems.map((problem) => ({ ...problem, detail: hide(problem.detail) })),
    method,
    url: shownUrl(url, showSecrets),
    targetBytes,
    parameters: parameters.map(([name, value]) => {
      const isSecret = isSecretParameter(name) && !showSecrets && !isPublicToken(value);
      return [name, isSecret ? mask : hide(value)];
    }),
    answer: answer && {
      status: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, hide(value)])),
      durationMs: answer.durationMs,
      bodyText: hide(Buffer.from(answer.body).toString('utf8')),
      bodyBytes: answer.body.length,
    },
  };
}

/** A delivery as a curl command. */
interface ShownCurl {
  readonly command: string;
  /** Why it does not work as it stands; undefined when it does. */
  readonly lacks: 'token' | 'other secrets' | undefined;
  /** The login that the token is for. */
  readonly user: string;
}

/** The curl command of a delivery, without its secrets. Apart from the rest, for it takes long for a large body. */
export function shownCurl({ request }: Delivery, showSecrets: boolean): ShownCurl {
  const command = curlCommand(request, showSecrets);
  const lacks = command.includes(tokenVariable) ? 'token' : 'other secrets';
  return {
    command,
    lacks: command === curlCommand(request, true) ? undefined : lacks,
    user: request.parameters.find(([name]) => name === 'user')?.[1] ?? '',
  };
}
