import { type Duplex } from 'node:stream';
import { type Socket } from 'node:net';
import { Connection } from './connection.ts';

/**
 * Keeps the number of connections within a limit: beyond it, the one that has been waited for the longest is closed, so
 * that callers that open connections and say nothing, or little at a time, never keep others out.
 */
export class Connections {
  readonly #limit: number;
  readonly #open = new Map<Duplex, Connection>();
  #moment = 0;
  #isHolding = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a new connection. */
  add(socket: Socket): void {
    // Requests that wait behind each other on one connection each look out for its end.
    socket.setMaxListeners(0);
    const connection = new Connection(socket);
    this.#open.set(socket, connection);
    this.touch(connection);
    socket.once('close', () => this.#end(connection));
    if (this.#open.size <= this.#limit) return;
    const longest = this.#longestAwaited() ?? connection;
    this.#open.delete(longest.socket);
    longest.socket.destroy();
  }

  /** Closes those that have no request. */
  closeIdle(): void {
    for (const { socket, requests } of this.#open.values()) if (requests === 0) socket.destroy();
  }

  /** Undefined when it is closed. */
  of(socket: Duplex): Connection | undefined {
    return this.#open.get(socket);
  }

  /** It has said something, but the next word is still its own: it waits behind those that said less. */
  touch(connection: Connection): void {
    this.#moment += 1;
    connection.awaitedSince = this.#moment;
  }

  /** A request of it is done with that was under way. */
  finish(connection: Connection): void {
    connection.underWay -= 1;
    if (connection.underWay > 0) return;
    this.touch(connection);
    const { socket, whenQuiet } = connection;
    if (socket.destroyed) this.#open.delete(socket);
    for (const tell of whenQuiet.splice(0)) tell();
  }

  /**
   * Reads nothing more of any connection in this turn of the event loop. What a turn reads stays in memory until its end,
   * and of a thousand connections that may be gigabytes, also where each is closed for it.
   */
  holdForThisTurn(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    // Others are held for reasons of their own.
    const held = [...this.#open.values()].map(({ socket }) => socket).filter((socket) => !socket.isPaused());
    for (const socket of held) socket.pause();
    setImmediate(() => {
      this.#isHolding = false;
      // The newest first: those who flood have been here for longer than who comes with a lead.
      for (const socket of held.toReversed()) socket.resume();
    });
  }

  /** Resolves when no request of the connection is under way, or it is closed. */
  async whenQuiet(socket: Duplex): Promise<void> {
    const connection = this.#open.get(socket);
    if (!connection || connection.underWay === 0 || socket.destroyed) return;
    await new Promise<void>((resolve) => connection.whenQuiet.push(resolve));
  }

  /** Of those that have the next word (idle, or with a request that still arrives). */
  #longestAwaited(): Connection | undefined {
    let longest: Connection | undefined;
    for (const connection of this.#open.values()) {
      if (connection.underWay > 0) continue;
      if (!longest || connection.awaitedSince < longest.awaitedSince) longest = connection;
    }
    return longest;
  }

  /** It counts until the work on its requests is done, too: else callers that leave could make any amount of it. */
  #end({ socket, underWay, whenQuiet }: Connection): void {
    if (underWay === 0) this.#open.delete(socket);
    for (const tell of whenQuiet.splice(0)) tell();
  }
}
