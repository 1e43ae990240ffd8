import { type Duplex } from 'node:stream';

/** A connection with requests that are being worked on. */
interface Work {
  requests: number;
  /** Called when there are none any more. */
  readonly done: Array<() => void>;
}

/**
 * Keeps the number of connections within a limit: beyond it, the one that has been waited for the longest is closed, so
 * that callers that open connections and say nothing, or little at a time, never keep others out.
 */
export class Connections {
  readonly #limit: number;
  readonly #open = new Set<Duplex>();
  /** Those that have the next word (idle, or with a request that still arrives), the longest first. */
  readonly #awaited = new Set<Duplex>();
  readonly #work = new Map<Duplex, Work>();
  #isHolding = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a new connection. */
  add(socket: Duplex): void {
    // Requests that wait behind each other on one connection each look out for its end.
    socket.setMaxListeners(0);
    this.#open.add(socket);
    this.#awaited.add(socket);
    socket.once('close', () => this.#end(socket));
    if (this.#open.size <= this.#limit) return;
    // The new one itself where all others are being worked on.
    const [longest = socket] = this.#awaited;
    this.#forget(longest);
    longest.destroy();
  }

  /** Its headers came, its body is still to come: it waits behind those that said less. */
  touch(socket: Duplex): void {
    if (this.#awaited.delete(socket)) this.#awaited.add(socket);
  }

  /** A request of it came to its end, and is worked on until `finish`. */
  begin(socket: Duplex): void {
    this.#awaited.delete(socket);
    const work = this.#work.get(socket);
    if (work) work.requests += 1;
    else if (this.#open.has(socket)) this.#work.set(socket, { requests: 1, done: [] });
  }

  finish(socket: Duplex): void {
    const work = this.#work.get(socket);
    if (!work) return;
    work.requests -= 1;
    if (work.requests > 0) return;
    this.#work.delete(socket);
    if (socket.destroyed) this.#open.delete(socket);
    else this.#awaited.add(socket);
    this.#tell(work);
  }

  /**
   * Reads nothing more of any connection in this turn of the event loop. What a turn reads stays in memory until its end,
   * and of a thousand connections that may be gigabytes, also where each is closed for it.
   */
  holdForThisTurn(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    // Others are held for reasons of their own.
    const held = [...this.#open].filter((socket) => !socket.isPaused());
    for (const socket of held) socket.pause();
    setImmediate(() => {
      this.#isHolding = false;
      // The newest first: those who flood have been here for longer than who comes with a lead.
      for (const socket of held.toReversed()) socket.resume();
    });
  }

  /** Resolves when no request of the connection is worked on, or it is closed. */
  async whenQuiet(socket: Duplex): Promise<void> {
    const work = this.#work.get(socket);
    if (work && !socket.destroyed) await new Promise<void>((resolve) => work.done.push(resolve));
  }

  #forget(socket: Duplex): void {
    this.#open.delete(socket);
    this.#awaited.delete(socket);
  }

  /** It counts until the work on its requests is done, too: else callers that leave could make any amount of it. */
  #end(socket: Duplex): void {
    const work = this.#work.get(socket);
    if (work) this.#tell(work);
    else this.#forget(socket);
  }

  #tell({ done }: Work): void {
    for (const tell of done.splice(0)) tell();
  }
}
