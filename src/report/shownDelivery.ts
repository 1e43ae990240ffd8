import { encodeComponent, type Parameter } from '../protocol/encodeQuery.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { type Delivery, type ReproducibleRequest } from '../client/delivery.ts';
import { isSecretHeader, mask, maskTarget } from '../protocol/maskToken.ts';
import { curlCommand, mayShowToken } from './curlCommand.ts';

/** A delivery as it may be shown: without its secrets, wherever they stand. */
export interface ShownDelivery extends Pick<Delivery, 'action' | 'verdict' | 'orderId' | 'problems'> {
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

/** Shorter values are too likely to stand in a text by chance. */
const shortestSecret = 8;

/** Credentials in headers: the whole value and the words of it, for a handler may repeat a token without its scheme. */
export function headerSecrets(headers: ReproducibleRequest['headers']): string[] {
  return headers.filter(([name]) => isSecretHeader(name)).flatMap(([, value]) => [value, ...value.split(/[ ;=]+/)]);
}

function secretsOf({ token, headers }: ReproducibleRequest): string[] {
  const tokens = mayShowToken(token, false) ? [] : [token, encodeComponent(token)];
  return [...tokens, ...headerSecrets(headers)];
}

/** A text without the secret, also where an excerpt ends within it, after at least so many of its characters. */
function hideSecret(text: string, secret: string, shortestPart: number): string {
  const lower = secret.toLowerCase();
  // In any case of letters, for a handler may show it in upper case.
  const hidden = text.replace(new RegExp(lower.replace(/[^\w]/g, String.raw`\$&`), 'gi'), mask);
  const end = hidden.lastIndexOf('…');
  for (let length = Math.min(secret.length - 1, end); length >= shortestPart; length -= 1) {
    if (hidden.slice(end - length, end).toLowerCase() === lower.slice(0, length)) {
      return `${hidden.slice(0, end - length)}${mask}${hidden.slice(end)}`;
    }
  }
  return hidden;
}

/** Takes the secrets of a request out of texts, such as what a handler answered to it. */
export function secretHider(request: ReproducibleRequest, showSecrets: boolean): (text: string) => string {
  return hiderOf(showSecrets ? [] : secretsOf(request), 2);
}

/** Takes secrets out of texts, whole ones and parts of at least so many characters at the end of an excerpt. */
export function hiderOf(secrets: readonly string[], shortestPart: number): (text: string) => string {
  const long = [...new Set(secrets)].filter((secret) => secret.length >= shortestSecret);
  return (text) => long.reduce((hidden, secret) => hideSecret(hidden, secret, shortestPart), text);
}

/** Takes the secrets out of a delivery. The answer is gone through, too, for handlers repeat what they were sent. */
export function shownDelivery(delivery: Delivery, showSecrets: boolean): ShownDelivery {
  const { action, verdict, orderId, problems, request, answer } = delivery;
  const { url, token, targetBytes, parameters } = request;
  const hide = secretHider(request, showSecrets);
  const hidesToken = !mayShowToken(token, showSecrets);
  const curl = curlCommand(request, showSecrets);
  return {
    action,
    verdict,
    orderId: orderId === undefined ? undefined : hide(orderId),
    problems: problems.map((problem) => ({ ...problem, detail: hide(problem.detail) })),
    url: hidesToken ? maskTarget(url) : url,
    curl,
    curlLacks: hidesToken ? 'token' : curl === curlCommand(request, true) ? undefined : 'other secrets',
    user: parameters.find(([name]) => name === 'user')?.[1] ?? '',
    targetBytes,
    parameters: parameters.map(([name, value]) => [name, name === 'token' && hidesToken ? mask : hide(value)]),
    answer: answer && {
      status: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, hide(value)])),
      durationMs: answer.durationMs,
      bodyText: hide(Buffer.from(answer.body).toString('utf8')),
      bodyBytes: answer.body.length,
    },
  };
}
