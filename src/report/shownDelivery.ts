import { encodeComponent, type Parameter } from '../protocol/encodeQuery.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { type Delivery, type ReproducibleRequest } from '../client/delivery.ts';
import { headerSecrets, hiderOf } from '../protocol/hideSecrets.ts';
import { isSecretParameter, mask, secretTokens } from '../protocol/maskToken.ts';
import { isPublicToken } from '../protocol/token.ts';
import { curlCommand, shownUrl, tokenVariable } from './curlCommand.ts';

/** A delivery as it may be shown: without its secrets, wherever they stand. */
export interface ShownDelivery extends Pick<Delivery, 'action' | 'verdict' | 'orderId' | 'problems'> {
  readonly method: string;
  readonly url: string;
  readonly curl: string;
  /** Why the curl command does not work as it stands; undefined when it does. */
  readonly curlLacks: 'token' | 'other secrets' | undefined;
  /** The login that the token is for. */
  readonly user: string;
  readonly targetBytes: number;
  readonly parameters: readonly Parameter[];
  readonly answer: (Omit<Answer, 'body'> & { readonly bodyText: string; readonly bodyBytes: number }) | undefined;
}

function secretsOf({ url, token, headers }: ReproducibleRequest): string[] {
  const tokens = [token, encodeComponent(token), ...secretTokens(url.slice(url.indexOf('?') + 1))];
  return [...tokens.filter((text) => !isPublicToken(text)), ...headerSecrets(headers)];
}

/** Takes the secrets of a request out of texts, such as what a handler answered to it. */
export function secretHider(request: ReproducibleRequest, showSecrets: boolean): (text: string) => string {
  return hiderOf(showSecrets ? [] : secretsOf(request), 2);
}

/** Takes the secrets out of a delivery. The answer is gone through, too, for handlers repeat what they were sent. */
export function shownDelivery(delivery: Delivery, showSecrets: boolean): ShownDelivery {
  const { action, verdict, orderId, problems, request, answer } = delivery;
  const { method = 'GET', url, targetBytes, parameters } = request;
  const hide = secretHider(request, showSecrets);
  const curl = curlCommand(request, showSecrets);
  const lacks = curl.includes(tokenVariable) ? 'token' : 'other secrets';
  return {
    action,
    verdict,
    orderId: orderId === undefined ? undefined : hide(orderId),
    problems: problems.map((problem) => ({ ...problem, detail: hide(problem.detail) })),
    method,
    url: shownUrl(url, showSecrets),
    curl,
    curlLacks: curl === curlCommand(request, true) ? undefined : lacks,
    user: parameters.find(([name]) => name === 'user')?.[1] ?? '',
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
