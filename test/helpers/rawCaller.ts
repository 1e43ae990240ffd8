import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawCaller {
  readonly socket: Socket;
  /** All that came back so far. */
  readonly received: () => string;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
}

/** A connection that sends bytes and stays open, as long as the other side lets it; ended when the test ends. */
export async function openCaller(port: number, bytes: string | Buffer = ''): Promise<RawCaller> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false });
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  if (bytes.length > 0) socket.write(bytes);
  return { socket, received: () => received, closed };
}
