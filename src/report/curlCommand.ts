import { isUtf8 } from 'node:buffer';
import { type ReproducibleRequest } from '../client/delivery.ts';
import { encodeComponent } from '../protocol/encodeQuery.ts';
import { mask } from '../protocol/mask.ts';
import { isSecretHeader, maskText, replaceTokens } from '../protocol/maskToken.ts';
import { printable } from './printable.ts';
import { shownAddress } from './shownAddress.ts';
import { shellQuote, singleQuote } from '../protocol/shellQuote.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';

/** What the shell puts in place of a token that is not shown; without it the command stops and says what to set. */
export const tokenVariable = '"${ROISTAT_HOOK_TOKEN:?set it to the token first}"';

/** Whether a token may be shown: with --show-secrets, and when it follows from no secret. */
export function mayShowToken(token: string, showSecrets: boolean): boolean {
  return showSecrets || isPublicToken(token);
}

/** An address without tokens in its query, but those that follow from no secret. */
export function shownUrl(url: string, showSecrets: boolean): string {
  return replaceTokens(url, (raw) => (mayShowToken(raw, showSecrets) ? raw : mask));
}

const octal = (text: string): string =>
  Array.from(text, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`).join('');

/** Bytes, one a character (latin1), as a POSIX shell takes them; those that are no ASCII text from printf. */
function quoteBytes(bytes: string): string {
  return bytes
    .split(/([^\x20-\x7e]+)/)
    .map((part, index) => (index % 2 === 1 ? `"$(printf '${octal(part)}')"` : part === '' ? '' : singleQuote(part)))
    .join('');
}

/** The same with the variable where a NUL stands. */
const quoteMarked = (text: string): string => text.split('\0').map(quoteBytes).join(tokenVariable);

function quoteUrl({ url, token }: ReproducibleRequest, showSecrets: boolean): string {
  const secret = mayShowToken(token, showSecrets) ? undefined : encodeComponent(token);
  const marked = replaceTokens(url, (raw) => (raw === secret ? '\0' : mayShowToken(raw, showSecrets) ? raw : mask));
  const hash = marked.indexOf('#');
  if (hash < 0) return quoteMarked(marked);
  // curl leaves out what it takes for a fragment, but in a request line that came like this it was sent.
  const path = marked.indexOf('/', marked.indexOf('//') + 2);
  return `--request-target ${quoteMarked(marked.slice(path))} ${quoteMarked(marked.slice(0, path + 1))}`;
}

function quoteHeader(name: string, value: string): string {
  const header = value === '' ? `${name};` : `${name}: ${value}`;
  return /^[\x20-\x7e]*$/.test(header) ? shellQuote(header) : quoteBytes(header);
}

interface BodyArguments {
  /** What goes before curl: nothing, or what is piped into it. */
  readonly before: string;
  readonly options: readonly string[];
}

function bodyArguments(request: ReproducibleRequest, showSecrets: boolean): BodyArguments {
  const { body, url, headers } = request;
  if (!body) return { before: '', options: [] };
  const bytes = Buffer.from(body).toString('latin1');
  const shown = showSecrets ? bytes : maskText(bytes, url);
  const text = Buffer.from(shown, 'latin1');
  // curl names a type of its own where none is given.
  const type = headers.some(([name]) => name.toLowerCase() === 'content-type') ? [] : ['-H', 'Content-Type:'];
  const readable = text.toString('utf8');
  const isReadable = isUtf8(text) && printable(readable.replaceAll('\n', '')) === readable.replaceAll('\n', '');
  if (isReadable && !readable.startsWith('@')) {
    return { before: '', options: [...type, '--data-binary', singleQuote(readable)] };
  }
  return { before: `printf '${octal(shown)}' | `, options: [...type, '--data-binary', '@-'] };
}

/** The option that makes curl use the method; none where it does so by itself. */
function methodOptions({ method = 'GET', body }: ReproducibleRequest): string[] {
  if (method === (body ? 'POST' : 'GET')) return [];
  return method === 'HEAD' && !body ? ['--head'] : ['-X', shellQuote(method)];
}

/**
 * A curl command that sends the same request again, byte for byte, from a POSIX shell. A secret token comes from the
 * environment variable ROISTAT_HOOK_TOKEN, and credentials in headers and tokens in a body are masked, unless secrets
 * may be shown.
 */
export function curlCommand(request: ReproducibleRequest, showSecrets: boolean): string {
  const { headers, insecure, cacert, proxy } = request;
  const { before, options } = bodyArguments(request, showSecrets);
  const words = [
    // curl resolves them otherwise.
    ...(/\/\.\.?(?:[/?]|$)/.test(request.url) ? ['--path-as-is'] : []),
    ...methodOptions(request),
    ...headers.flatMap(([name, value]) => [
      '-H',
      quoteHeader(name, isSecretHeader(name) && !showSecrets ? mask : value),
    ]),
    ...options,
    ...(insecure ? ['--insecure'] : []),
    ...(cacert === undefined ? [] : ['--cacert', shellQuote(cacert)]),
    ...(proxy === undefined ? [] : ['--proxy', shellQuote(showSecrets ? proxy : shownAddress(proxy))]),
  ];
  // -g: brackets in the address are no pattern. -i: show the status and headers of the answer.
  return [`${before}curl`, '-gsSi', ...words, quoteUrl(request, showSecrets)].join(' ');
}
