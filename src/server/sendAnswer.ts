import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { type Duplex } from 'node:stream';
import { type HeaderPairs } from '../protocol/endToEndHeaders.ts';

/** An answer as it goes out. */
export interface OutgoingAnswer {
  readonly status: number;
  /** The words after the status; those of the standard where there are none. */
  readonly statusText?: string | undefined;
  /** All but those of the connection. */
  readonly headers: HeaderPairs;
  readonly body: string | Uint8Array;
}

/** Milliseconds that a caller gets to read an answer on a connection that is being closed. */
const farewellMs = 2000;

/** An answer of our own: its body is always JSON. */
export interface OwnAnswer {
  readonly status: number;
  readonly body: string;
}

export function jsonAnswer({ status, body }: OwnAnswer): OutgoingAnswer {
  const headers: Array<readonly [string, string]> = [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
  ];
  if (status === 405) headers.push(['Allow', 'GET']);
  return { status, headers, body };
}

/**
 * Answers, and resolves when the answer is on its way or the caller has left; undefined where that is so at once. `close`
 * ends the connection. A caller that does not take the answer within `answerMs` is cut off.
 */
export function sendAnswer(
  response: ServerResponse,
  { status, statusText, headers, body }: OutgoingAnswer,
  { close, answerMs }: { readonly close: boolean; readonly answerMs: number },
): Promise<void> | undefined {
  // The caller may have left while the record was on its way to the disk; then `close` has been and gone.
  const { socket } = response.req;
  if (socket.destroyed || response.closed) return undefined;
  const waits = response.socket === null;
  // What came behind a request that asks for another protocol Node does not read: who sent it has to be told.
  const isLast = close || response.req.headers.upgrade !== undefined;
  const all = isLast ? [...headers, ['Connection', 'close'] as const] : headers;
  response.writeHead(status, statusText, all.flat());
  response.end(body);
  // Nearly always the kernel has taken all of it by now; or it has said that the caller has left.
  if (!waits && socket.writableLength === 0 && !socket.errored) return undefined;
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.destroy(), answerMs);
    // Off both, for a connection that goes on would keep each of its requests.
    const stop = (): void => {
      clearTimeout(timer);
      socket.off('close', stop);
      resolve();
    };
    response.once('close', stop);
    // One that waits behind another answer of its connection is never closed itself when the caller leaves.
    socket.once('close', stop);
  });
}

/** Answers on a socket that has no ServerResponse, and closes it. */
export function sendRawAnswer(socket: Duplex, { status, headers, body }: OutgoingAnswer): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  // What the caller is still sending is read and dropped; a close with unread bytes would reset the connection before
  // the caller reads the answer.
  socket.resume();
  // An answer before it may have ended the connection; then what is left of it still goes out.
  if (socket.writable) {
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.end(body);
  }
  const timer = setTimeout(() => socket.destroy(), farewellMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Ends the connection of a request with a TCP reset, without an answer. */
export function resetConnection({ socket }: IncomingMessage): void {
  socket.resetAndDestroy();
}
