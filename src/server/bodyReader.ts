import { type IncomingMessage } from 'node:http';
import { type Duplex } from 'node:stream';
import { ByteBudget } from './keptBytes.ts';
import { type Interruption } from './makeRecord.ts';
import { type ReadBody, readBody } from './readBody.ts';

/** Reads the bodies of all requests: within one budget, and so that what arrives on a connection can be cut short. */
export class BodyReader {
  readonly #budget: ByteBudget;
  readonly #arriving = new WeakMap<Duplex, AbortController>();

  constructor(budgetBytes: number) {
    this.#budget = new ByteBudget(budgetBytes);
  }

  async read(request: IncomingMessage): Promise<ReadBody> {
    const { socket } = request;
    const cut = new AbortController();
    this.#arriving.set(socket, cut);
    const read = await readBody(request, this.#budget, cut.signal);
    this.#arriving.delete(socket);
    return read;
  }

  /** Ends the body that arrives on a connection; false when there is none. */
  cut(socket: Duplex, interruption: Interruption): boolean {
    const arriving = this.#arriving.get(socket);
    arriving?.abort(interruption);
    return arriving !== undefined;
  }
}
