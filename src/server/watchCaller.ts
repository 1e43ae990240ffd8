import { type ServerResponse } from 'node:http';

export interface WatchedCaller {
  /** Aborted when the caller closes the connection. */
  readonly left: AbortSignal;
  /** Ends the watch. */
  readonly forget: () => void;
}

/** Looks whether the caller of a request still waits for its answer. */
export function watchCaller(response: ServerResponse): WatchedCaller {
  const left = new AbortController();
  const { socket } = response.req;
  // Not `close` of the response: one that waits behind another one of its connection is never closed itself.
  const leave = (): void => left.abort();
  socket.on('close', leave);
  if (socket.destroyed) leave();
  return { left: left.signal, forget: () => void socket.off('close', leave) };
}
