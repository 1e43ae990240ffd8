import { type ReproducibleRequest } from '../client/delivery.ts';
import { encodeComponent } from '../protocol/encodeQuery.ts';
import { isSecretHeader, mask } from '../protocol/maskToken.ts';
import { shownAddress } from './shownAddress.ts';
import { shellQuote, singleQuote } from '../protocol/shellQuote.ts';
import { isPublicToken } from '../protocol/token.ts';

/** What the shell puts in place of a token that is not shown; without it the command stops and says what to set. */
const tokenVariable = '"${ROISTAT_HOOK_TOKEN:?set it to the token first}"';

/** Whether a token may be shown: with --show-secrets, and when it follows from no secret. */
export function mayShowToken(token: string, showSecrets: boolean): boolean {
  return showSecrets || isPublicToken(token);
}

function quoteUrl({ url, token }: ReproducibleRequest, showSecrets: boolean): string {
  if (mayShowToken(token, showSecrets)) return singleQuote(url);
  return url
    .split(`token=${encodeComponent(token)}`)
    .map(singleQuote)
    .join(`'token='${tokenVariable}`);
}

/**
 * A curl command that sends the same request again, byte for byte, from a POSIX shell. A secret token comes from the
 * environment variable ROISTAT_HOOK_TOKEN, and credentials in headers are masked, unless secrets may be shown.
 */
export function curlCommand(request: ReproducibleRequest, showSecrets: boolean): string {
  const { headers, insecure, cacert, proxy } = request;
  const options = [
    ...headers.flatMap(([name, value]) => {
      const isSecret = isSecretHeader(name) && !showSecrets;
      return ['-H', shellQuote(`${name}: ${isSecret ? mask : value}`)];
    }),
    ...(insecure ? ['--insecure'] : []),
    ...(cacert === undefined ? [] : ['--cacert', shellQuote(cacert)]),
    ...(proxy === undefined ? [] : ['--proxy', shellQuote(showSecrets ? proxy : shownAddress(proxy))]),
  ];
  // -g: brackets in the address are no pattern. -i: show the status and headers of the answer.
  return ['curl', '-gsSi', ...options, quoteUrl(request, showSecrets)].join(' ');
}
