import { type Problem, problem } from '../protocol/problems.ts';
import { targetLimitBytes } from './decideAnswer.ts';

/** What Node's HTTP parser tells about bytes that are no request. */
export interface ParserError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** What the parser tells when a caller ends its side within a request. */
export const endedWithin: ParserError = { name: 'Error', message: '', code: 'HPE_INVALID_EOF_STATE' };

export interface MalformedRequest {
  readonly status: 400 | 408 | 431;
  readonly message: string;
  /** Method and target as far as they are known: the parser hands over its last packet only. */
  readonly method: string | null;
  readonly target: string | null;
  readonly problem: Problem;
}

/** Undefined for a connection that was merely closed or reset: nothing was asked, so nothing is answered. */
export function describeMalformed(error: ParserError): MalformedRequest | undefined {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code === endedWithin.code) return undefined;
  const start = error.rawPacket?.subarray(0, targetLimitBytes).toString('latin1') ?? '';
  const line = /^([A-Z]{3,10}) (\S+)/.exec(start);
  const known = { method: line?.[1] ?? null, target: line?.[2] ?? null };
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'request line and headers are longer than 80 KiB together; only their beginning was read';
    const message = 'the request target is longer than 64 KiB';
    return { ...known, status: 431, message, problem: problem('target-too-long', 'target', detail) };
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const detail = 'the request did not arrive in time';
    return { ...known, status: 408, message: detail, problem: problem('request-aborted', '', detail) };
  }
  if (error.code === 'HPE_INVALID_URL') {
    const message = 'the request target has characters that have to be percent-encoded';
    return { ...known, status: 400, message, problem: problem('request-malformed', 'target', message) };
  }
  const isTls = error.rawPacket?.[0] === 0x16 && error.rawPacket[1] === 0x03;
  const detail = isTls ? 'TLS on a plain HTTP port: call http://, not https://' : error.message;
  return { ...known, status: 400, message: 'not an HTTP request', problem: problem('request-malformed', '', detail) };
}
