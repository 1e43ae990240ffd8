import { type Connection } from './connection.ts';

/** How many requests there may be. */
interface TurnLimits {
  /** Of one connection, worked on at a time. */
  readonly underWay: number;
  /** Of all connections, that wait. */
  readonly waiting: number;
}

/**
 * Lets so many requests of one connection be worked on at a time. Those behind them wait for their turn, in the order in
 * which they came, and nothing more is read of their connection: else whoever sends thousands in one go, and each takes
 * long, would have all memory, and the handler behind us would get all of them at once. What waits of a connection is
 * what one read of it brought, 64 KiB; where too much of that waits in all, the connection that adds to it is closed.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #onFlood: () => void;
  readonly #crowded = new Set<Connection>();
  #waiting = 0;
  #isClosing = false;
  #isOpen = false;

  /** `onFlood` is told when too many wait. */
  constructor(limits: TurnLimits, onFlood: () => void) {
    this.#limits = limits;
    this.#onFlood = onFlood;
  }

  /** Puts a request into the line of its connection; the promise is its turn, undefined where that is now. */
  take(connection: Connection, isWhole: boolean): Promise<void> | undefined {
    connection.requests += 1;
    if (this.#isClosing && isWhole) this.#hold(connection);
    else if (this.#isClosing) this.#letArrive(connection);
    if (connection.requests <= this.#limits.underWay || this.#isOpen) return undefined;
    return this.#wait(connection);
  }

  /** The request is done with. */
  giveBack(connection: Connection): void {
    const { socket, waiting } = connection;
    connection.requests -= 1;
    if (waiting.length === 0) return;
    this.#call(connection, 1);
    if (waiting.length === 0) socket.resume();
  }

  /** From now on nothing is read of a connection behind a request. */
  close(): void {
    this.#isClosing = true;
  }

  /** There is no time left for turns: all who wait go on. */
  open(): void {
    this.#isOpen = true;
    for (const connection of this.#crowded) this.#call(connection, connection.waiting.length);
  }

  #wait(connection: Connection): Promise<void> {
    const { socket, waiting } = connection;
    this.#hold(connection);
    if (this.#waiting >= this.#limits.waiting) {
      socket.destroy();
      this.#onFlood();
    }
    this.#waiting += 1;
    this.#crowded.add(connection);
    return new Promise((resolve) => waiting.push(resolve));
  }

  /** Lets the first of those who wait go on. */
  #call(connection: Connection, count: number): void {
    const { waiting } = connection;
    this.#waiting -= count;
    for (const next of waiting.splice(0, count)) next();
    if (waiting.length === 0) this.#crowded.delete(connection);
  }

  /** The end of its body has to be read, also behind a request for which the connection is held. */
  #letArrive(connection: Connection): void {
    connection.isArriving = true;
    if (connection.waiting.length === 0) connection.socket.resume();
  }

  /** Stops reading. */
  #hold(connection: Connection): void {
    const { socket, waiting } = connection;
    socket.pause();
    if (connection.isWatched) return;
    connection.isWatched = true;
    // Node itself reads on when an answer is out. Once our side has ended, the rest is read to be dropped.
    socket.on('resume', () => {
      const { requests, isArriving } = connection;
      const isHeld = waiting.length > 0 || (this.#isClosing && requests > 0 && !isArriving);
      if (isHeld && !socket.writableEnded) socket.pause();
    });
  }
}
