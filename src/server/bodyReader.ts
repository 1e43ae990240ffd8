import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { ByteBudget } from './keptBytes.ts';
import { type Interruption } from './makeRecord.ts';
import { type ReadBody, readBody } from './readBody.ts';

/** Reads the bodies of all requests: within one budget, and so that what arrives on a connection can be cut short. */
export class BodyReader {
  readonly #budget: ByteBudget;
  readonly #arriving = new WeakMap<Duplex, { readonly request: IncomingMessage; readonly cut: AbortController }>();

  constructor(budgetBytes: number) {
    this.#budget = new ByteBudget(budgetBytes);
  }

  /** Calls `onEnd` where the caller ends its side meanwhile. */
  async read(request: IncomingMessage, onEnd: () => void): Promise<ReadBody> {
    const { socket } = request;
    const cut = new AbortController();
    this.#arriving.set(socket, { request, cut });
    socket.on('end', onEnd);
    const read = await readBody(request, this.#budget, cut.signal);
    socket.off('end', onEnd);
    if (this.#arriving.get(socket)?.request === request) this.#arriving.delete(socket);
    return read;
  }

  /** Whether a body that arrives on the connection has not come to its end. */
  isArriving(socket: Duplex): boolean {
    return this.#arriving.get(socket)?.request.complete === false;
  }

  /** Ends the body that arrives on a connection; false when there is none, or it is whole and the fault stands behind it. */
  async cut(socket: Duplex, interruption: Interruption): Promise<boolean> {
    const arriving = this.#arriving.get(socket);
    if (!arriving) return false;
    if (arriving.request.complete) {
      // It is told of its end in this turn.
      await turn();
      return false;
    }
    arriving.cut.abort(interruption);
    return true;
  }
}
