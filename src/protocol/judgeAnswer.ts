import { isUtf8 } from 'node:buffer';
import { isListing } from './actions.ts';
import { nameNoise, quote } from './answerNoise.ts';
import { excerpt } from './excerpt.ts';
import { findJson } from './findJson.ts';
import { type Problem, type ProblemCode, problem } from './problems.ts';
import { decodeWindows1251, looksLikeWindows1251 } from './windows1251.ts';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether the body was cut because it was too large to read to its end. */
  readonly truncated?: boolean;
  /** From sending the request to the last byte of the answer, in milliseconds. */
  readonly durationMs: number;
}

export interface Judgement {
  readonly verdict: 'accepted' | 'rejected';
  /** The order id as text, when the answer has a usable one. */
  readonly orderId: string | undefined;
  readonly problems: readonly Problem[];
}

/** Order of problems: what refuses comes first. */
const ranks = { error: 0, warning: 1, info: 2 };

/** Slower answers get a remark. Roistat's own timeout is not published. */
const slowMs = 5000;

/** The body as text; UTF-8, or else the likeliest other encoding with a problem. */
function bodyText(body: Uint8Array, problems: Problem[]): string {
  // A view: `Buffer.from(body)` would copy it.
  let bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    bytes = bytes.subarray(3);
    if (bytes.length > 0) problems.push(problem('body-bom', 'body', 'the body begins with the bytes EF BB BF'));
  }
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const russian = looksLikeWindows1251(bytes);
  const text = russian ? decodeWindows1251(bytes) : bytes.toString('utf8');
  problems.push(
    problem('body-not-utf8', 'body', `the body ${russian ? 'is Windows-1251' : 'has invalid bytes'}: ${quote(text)}`),
  );
  return text;
}

/** The JSON value of the body, or undefined with the reason added to the problems. */
function bodyJson(text: string, problems: Problem[]): { value: unknown } | undefined {
  const found = findJson(text);
  if (!found) {
    const noise = nameNoise(text);
    if (noise === 'body-php-message') problems.push(problem(noise, 'body', `instead of JSON: ${quote(text)}`));
    else {
      const kind = noise === 'body-html' ? 'an HTML page' : 'a body';
      problems.push(problem('body-not-json', 'body', `${kind} that begins ${quote(text)}`));
    }
    return undefined;
  }
  const { value, before, after } = found;
  if (before) problems.push(problem(nameNoise(before), 'body', `before the JSON: ${quote(before)}`));
  if (after) problems.push(problem(nameNoise(after), 'body', `after the JSON: ${quote(after)}`));
  return { value };
}

/** A JSON value as a short text; JSON.stringify gives up on a deeply nested one. */
function shownJson(value: unknown): string {
  try {
    return excerpt(JSON.stringify(value), 60);
  } catch {
    return 'too deeply nested to be shown';
  }
}

function judgeStatus(status: unknown): Problem | undefined {
  if (status === 'ok') return undefined;
  if (status === undefined) return problem('status-missing', 'body.status', 'the JSON has no status');
  return problem('status-not-ok', 'body.status', `status is ${shownJson(status)}`);
}

/** Problems of an order id. A string or a number: the document's PHP example encodes either; never empty. */
function judgeOrderId(orderId: unknown): Problem | undefined {
  const path = 'body.order_id';
  if (orderId === undefined) return problem('order-id-missing', path, 'the JSON has no order_id');
  if (orderId === null) return problem('order-id-null', path, 'order_id is null');
  if (typeof orderId === 'string') {
    if (orderId.trim() === '') return problem('order-id-empty', path, `order_id is ${shownJson(orderId)}`);
    return orderId.trim() === '0' ? problem('order-id-zero', path, 'order_id is "0"') : undefined;
  }
  const isWhole = typeof orderId === 'number' && Number.isInteger(orderId);
  if (!isWhole) return problem('order-id-type', path, `order_id is ${shownJson(orderId)}`);
  if (orderId === 0) return problem('order-id-zero', path, 'order_id is 0');
  if (!Number.isSafeInteger(orderId)) return problem('order-id-imprecise', path, `order_id reads as ${orderId}`);
  return undefined;
}

/** What the handler says of its failure; handlers name it message or error. */
function saying(value: unknown): string {
  const { message, error } = (value ?? {}) as { message?: unknown; error?: unknown };
  const said = message ?? error;
  return typeof said === 'string' ? `, and the handler says ${quote(said)}` : '';
}

const statusCodes: Record<number, ProblemCode> = {
  401: 'http-unauthorized',
  403: 'http-unauthorized',
  404: 'http-not-found',
  410: 'http-not-found',
  405: 'http-method-not-allowed',
  413: 'http-too-long',
  414: 'http-too-long',
  431: 'http-too-long',
};

function judgeHttpStatus({ status, body }: Answer): Problem {
  const text = Buffer.from(body).toString('utf8');
  const said =
    saying(findJson(text)?.value) || (text.trim() === '' ? ' with an empty body' : ` and says ${quote(text)}`);
  const code = statusCodes[status] ?? (status >= 500 ? 'http-server-error' : 'http-status');
  return problem(code, 'status', `HTTP ${status}${said}`);
}

function judgeObject(action: string, object: Record<string, unknown>, problems: Problem[]): string | undefined {
  const isData = isListing(action) && object['status'] === undefined;
  const status = isData ? undefined : judgeStatus(object['status']);
  if (status) problems.push({ ...status, detail: status.detail + saying(object) });
  // A failure that is reported as one has no order id; any other answer should.
  const isFailure = object['status'] === 'error' || saying(object) !== '';
  if (action !== 'lead' || (status?.code === 'status-not-ok' && isFailure)) return undefined;
  const orderId = object['order_id'];
  const finding = judgeOrderId(orderId);
  if (finding) problems.push(finding);
  return finding?.severity === 'error' ? undefined : String(orderId);
}

function judgeBody(action: string, answer: Answer, problems: Problem[]): string | undefined {
  if (answer.truncated) {
    problems.push(problem('body-too-large', 'body', `more than ${answer.body.length} bytes`));
    return undefined;
  }
  const text = bodyText(answer.body, problems);
  if (text.trim() === '') {
    const code = action === 'message' ? 'message-empty-body' : 'body-empty';
    problems.push(problem(code, 'body', text === '' ? 'the body has no bytes' : 'the body has only white space'));
    return undefined;
  }
  const json = bodyJson(text, problems);
  if (!json) return undefined;
  const { value } = json;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.push(problem('body-not-object', 'body', `the JSON is ${shownJson(value)}`));
    return undefined;
  }
  const type = answer.headers['content-type'] ?? '';
  if (!/^[\w.+-]+\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    const found = type === '' ? 'there is no Content-Type' : `Content-Type is "${excerpt(type, 60)}"`;
    problems.push(problem('content-type', 'headers.content-type', found));
  }
  return judgeObject(action, value as Record<string, unknown>, problems);
}

/**
 * Judges a handler's answer to a call with this action. What an answer must be is in the source document:
 * HTTP 200 and JSON `{"status":"ok","order_id":"…"}`; for a message nothing is laid down, so an empty body passes.
 * Rejected means that at least one problem is an error.
 */
export function judgeAnswer(action: string, answer: Answer): Judgement {
  const problems: Problem[] = [];
  let orderId: string | undefined;
  if (answer.status >= 300 && answer.status < 400) {
    const location = answer.headers['location'];
    const to = location === undefined ? 'without a Location' : `to ${excerpt(location.replace(/[?#].*$/s, '?…'), 100)}`;
    problems.push(problem('redirect', 'headers.location', `HTTP ${answer.status} ${to}`));
  } else if (answer.status < 200 || answer.status >= 300) {
    problems.push(judgeHttpStatus(answer));
  } else {
    if (answer.status !== 200) problems.push(problem('http-status-not-200', 'status', `HTTP ${answer.status}`));
    orderId = judgeBody(action, answer, problems);
  }
  if (answer.durationMs > slowMs) {
    problems.push(problem('answer-slow', 'time', `it took ${(answer.durationMs / 1000).toFixed(1)} s`));
  }
  const verdict = problems.some(({ severity }) => severity === 'error') ? 'rejected' : 'accepted';
  return { verdict, orderId, problems: problems.toSorted((a, b) => ranks[a.severity] - ranks[b.severity]) };
}
