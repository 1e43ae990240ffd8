import { type JournalRecord } from '../journal/record.ts';
import { decodeQuery } from '../protocol/decodeQuery.ts';
import { endToEndHeaders } from '../protocol/endToEndHeaders.ts';
import { editBody, type EditedBody } from '../protocol/editBody.ts';
import { maskedNames, meansToken, replaceValue, resignQuery, setParameter } from '../protocol/editQuery.ts';
import { type Parameter } from '../protocol/encodeQuery.ts';
import { mask } from '../protocol/mask.ts';
import { secretTokens } from '../protocol/maskToken.ts';

/** What is changed of a recorded request; everything else is sent as it came. */
export interface Changes {
  /** The token in place of the recorded ones. A request without any stays without. */
  readonly token?: string | undefined;
  /** The login that the token is for, in place of the recorded one. */
  readonly user?: string | undefined;
  /** Parameters that get another value, in the query and in a body that is a form, or else are added to the query. */
  readonly set?: readonly Parameter[] | undefined;
}

/** A recorded request as it is to be sent. */
export interface RecordedRequest {
  readonly kind: 'request';
  readonly method: string;
  /** What follows the `?`, one byte a character (latin1). */
  readonly query: string;
  readonly headers: ReadonlyArray<readonly [string, string]>;
  readonly body: Uint8Array | undefined;
  /** The token in it, as PHP reads it, or else that of its body; empty where there is none. */
  readonly token: string;
  /** The value of `action`; empty where there is none. */
  readonly action: string;
  readonly parameters: readonly Parameter[];
}

/** Why a record cannot be sent again. The reason is a sentence without its end, and may hold untrusted text. */
export interface Unsendable {
  readonly kind: 'unsendable';
  readonly code: 'token-unknown' | 'secret-unknown' | 'not-a-request' | 'incomplete';
  readonly reason: string;
}

const unsendable = (code: Unsendable['code'], reason: string): Unsendable => ({ kind: 'unsendable', code, reason });

/** Headers that are not sent as they were recorded: the client computes them, or does without. */
const notSentAgain = new Set([
  'host',
  'content-length',
  // An answer that comes compressed could not be judged.
  'accept-encoding',
  // It would wait for a go-ahead that handlers seldom give.
  'expect',
]);

/** A mask that stands for the whole value, or for a token within, as in a Referer. Others are asterisks. */
const maskedValue = /^\*{3}$|[=:]\s*["']?\*{3}/;

function headersOf({ headers }: JournalRecord): RecordedRequest['headers'] {
  return endToEndHeaders(headers).filter(
    ([name, value]) => !notSentAgain.has(name.toLowerCase()) && !maskedValue.test(value),
  );
}

/** The recorded body with the changes; undefined where there is none. */
function bodyOf({ body, headers }: JournalRecord, changes: Changes): EditedBody | undefined {
  if (!body) return undefined;
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return editBody(Buffer.from(body.data, body.encoding), type, changes);
}

const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~\w-]+$/.test(text);

/** Whether a request line and headers can be written with it: files may be edited by hand. */
function canBeWritten({ method, target, headers }: JournalRecord): boolean {
  if (!isToken(method ?? '') || !/^[\x21-\xff]*$/.test(target ?? '')) return false;
  return headers.every(([name, value]) => isToken(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value));
}

/** Why the record does not hold a whole request; undefined when it does. */
function incompleteness(record: JournalRecord): Unsendable | undefined {
  const { method, target, headers, body, problems } = record;
  const codes = new Set(problems.map(({ code }) => code));
  if (method === null || target === null || codes.has('request-malformed')) {
    return unsendable('not-a-request', 'what came in was no HTTP request');
  }
  if (method === 'CONNECT') return unsendable('not-a-request', 'CONNECT asks a proxy for a tunnel');
  if (!canBeWritten(record)) return unsendable('not-a-request', 'it has characters that no HTTP request may have');
  // Without headers it is one that was given up while its head was read.
  if (codes.has('target-too-long') && headers.length === 0) {
    return unsendable('incomplete', 'only the beginning of the request target is recorded');
  }
  if (codes.has('request-aborted')) return unsendable('incomplete', 'the caller went away within the request');
  if (body?.truncated) return unsendable('incomplete', `only the beginning of its body of ${body.bytes} bytes is kept`);
  return undefined;
}

/** The value that is masked in what would be sent, put into words; undefined when none is. */
function unknownSecret(query: string, body: EditedBody | undefined): Unsendable | undefined {
  const names = maskedNames(query);
  const other = names.find((name) => !meansToken(name));
  if (other !== undefined) return unsendable('secret-unknown', `the value of ${other} was masked when it was recorded`);
  if (body?.masked === 'secret') {
    return unsendable('secret-unknown', 'its body has a masked secret (***); serve --keep-token records them');
  }
  if (names.length === 0 && body?.masked === undefined) return undefined;
  return unsendable('token-unknown', 'the token was masked when it was recorded');
}

/** Whether it was recorded with its secrets: then nothing in it is a mask, though it may look like one. */
const isKept = (query: string): boolean => secretTokens(query).some((token) => token !== mask);

/**
 * Makes of a record the request that it was, byte for byte but for what the changes say: the query, the method, the
 * body, and the headers without those of the connection, Host, Content-Length, Accept-Encoding, Expect and masked ones.
 */
export function recordedRequest(record: JournalRecord, changes: Changes): RecordedRequest | Unsendable {
  const incomplete = incompleteness(record);
  if (incomplete) return incomplete;
  const { method, target } = record;
  const mark = target?.indexOf('?') ?? -1;
  const recorded = mark < 0 ? '' : (target?.slice(mark + 1) ?? '');
  let query = resignQuery(recorded, changes);
  const body = bodyOf(record, changes);
  for (const parameter of changes.set ?? []) {
    query = body?.replaced.includes(parameter) ? replaceValue(query, parameter) : setParameter(query, parameter);
  }
  const unknown = unknownSecret(query, isKept(recorded) ? undefined : body);
  if (unknown) return unknown;
  const { parameters } = decodeQuery(query);
  return {
    kind: 'request',
    method: method ?? '',
    query,
    headers: headersOf(record),
    body: body?.bytes,
    token: parameters['token'] ?? body?.token ?? '',
    action: parameters['action'] ?? '',
    parameters: Object.entries(parameters),
  };
}
