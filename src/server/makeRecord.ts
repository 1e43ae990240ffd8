import { type IncomingMessage } from 'node:http';
import { type JournalRecord, type RecordedBody } from '../journal/record.ts';
import { headerPairs } from '../protocol/endToEndHeaders.ts';
import { maskParameters, maskRequest, maskTarget, maskText } from '../protocol/maskToken.ts';
import { type Problem, problem } from '../protocol/problems.ts';
import { type Decision, errorBody, type IncomingRequest } from './decideAnswer.ts';
import { type MalformedRequest } from './malformedRequest.ts';
import { callerGone, type Replacement } from './replacements.ts';

/** What a record says of the arrival of a request. */
export interface Arrival {
  readonly run: string;
  readonly seq: number;
  readonly receivedAt: Date;
  readonly remote: string;
}

export function incomingRequest(request: IncomingMessage, body: RecordedBody | null): IncomingRequest {
  const { method = '', url = '', rawHeaders } = request;
  return { method, target: url, headers: headerPairs(rawHeaders), body };
}

/** `address:port` of the caller, IPv6 in brackets. */
export function remoteOf(socket: { remoteAddress?: string | undefined; remotePort?: number | undefined }): string {
  const { remoteAddress = 'unknown', remotePort } = socket;
  const host = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
  return remotePort === undefined ? host : `${host}:${remotePort}`;
}

const roundedToMicroseconds = (ms: number): number => Math.round(ms * 1000) / 1000;

/** A body without tokens. One that is no text is gone through byte by byte, for tokens are ASCII. */
function maskBody(body: RecordedBody, target: string): RecordedBody {
  if (body.encoding === 'utf8') return { ...body, data: maskText(body.data, target) };
  const masked = maskText(Buffer.from(body.data, 'base64').toString('latin1'), target);
  return { ...body, data: Buffer.from(masked, 'latin1').toString('base64') };
}

/** What is kept of a request: without its credentials, or as it came. */
function keptRequest(request: IncomingRequest, { parameters }: Decision, keepToken: boolean) {
  const { target, headers, body } = request;
  if (keepToken)
    return { target, headers: headers.map(([name, value]): [string, string] => [name, value]), body, parameters };
  const masked = maskRequest(target, headers);
  return {
    target: masked.target,
    headers: masked.headers,
    body: body && maskBody(body, target),
    parameters: maskParameters(parameters),
  };
}

/** The record of a request that was read and decided on; `gone` when the caller left before its end; milliseconds. */
export function decidedRecord(
  arrival: Arrival,
  request: IncomingRequest,
  decision: Decision,
  { gone, keepToken, durationMs }: { readonly gone: boolean; readonly keepToken: boolean; readonly durationMs: number },
): JournalRecord {
  const { target, headers, body, parameters } = keptRequest(request, decision, keepToken);
  const aborted = gone ? [problem('request-aborted', '', 'the connection was closed within the body')] : [];
  // Field by field: objects spread into each other cost more than all the rest of a record.
  return {
    v: 1,
    run: arrival.run,
    seq: arrival.seq,
    receivedAt: arrival.receivedAt.toISOString(),
    remote: arrival.remote,
    method: request.method,
    target,
    headers,
    body,
    parameters,
    action: decision.action ?? null,
    token: decision.token,
    tokenDiagnosis: decision.tokenDiagnosis,
    problems: [...decision.problems, ...aborted],
    answer: gone ? null : { status: decision.status, body: decision.body },
    orderId: gone ? null : decision.orderId,
    durationMs: roundedToMicroseconds(durationMs),
  };
}

/** What ends a request before its end, or its way through the server. */
export interface Interruption {
  readonly status: number;
  /** For the caller. */
  readonly message: string;
  readonly problem: Problem;
}

/** The same where the request was interrupted: that is what counts, and a body that was cut then was not too long. */
export function interruptedRecord(record: JournalRecord, interruption: Interruption): JournalRecord {
  const { status, message, problem: found } = interruption;
  const others = record.problems.filter(({ code }) => code !== 'body-too-long');
  const answer = record.answer && { status, body: errorBody(message) };
  return { ...record, problems: [...others, found], answer, orderId: null };
}

/** The same where the caller left before anybody worked on it. */
export function unansweredRecord(record: JournalRecord): JournalRecord {
  return { ...record, problems: [...record.problems, callerGone], answer: null, orderId: null };
}

/** The same where something else than the decision was answered. */
export function replacedRecord(record: JournalRecord, replacement: Replacement, durationMs: number): JournalRecord {
  return {
    ...record,
    problems: [...record.problems, ...replacement.problems],
    ...replacement.record,
    durationMs: roundedToMicroseconds(durationMs),
  };
}

/** The record of bytes that were no request. */
export function malformedRecord(arrival: Arrival, malformed: MalformedRequest, keepToken: boolean): JournalRecord {
  const { method, target, status, message } = malformed;
  return {
    v: 1,
    run: arrival.run,
    seq: arrival.seq,
    receivedAt: arrival.receivedAt.toISOString(),
    remote: arrival.remote,
    method,
    target: target === null || keepToken ? target : maskTarget(target),
    headers: [],
    body: null,
    action: null,
    parameters: {},
    token: 'unchecked',
    tokenDiagnosis: null,
    problems: [malformed.problem],
    answer: { status, body: errorBody(message) },
    orderId: null,
    durationMs: 0,
  };
}
