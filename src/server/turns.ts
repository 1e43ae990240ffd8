import { type Duplex } from 'node:stream';

/** The requests of one connection that came and are not done with. */
interface Line {
  count: number;
  /** Those that wait for their turn, in their order. */
  readonly waiting: Array<() => void>;
  isWatched: boolean;
  /** One of them came with the beginning of its body while the server was closing. */
  isArriving: boolean;
}

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
  readonly #lines = new WeakMap<Duplex, Line>();
  readonly #crowded = new Set<Line>();
  #waiting = 0;
  #isClosing = false;
  #isOpen = false;

  /** `onFlood` is told when too many wait. */
  constructor(limits: TurnLimits, onFlood: () => void) {
    this.#limits = limits;
    this.#onFlood = onFlood;
  }

  /** Puts a request into the line of its connection; the promise is its turn, undefined where that is now. */
  take(socket: Duplex, isWhole: boolean): Promise<void> | undefined {
    const line = this.#lines.get(socket) ?? this.#begin(socket);
    line.count += 1;
    if (this.#isClosing && isWhole) this.#hold(socket, line);
    else if (this.#isClosing) this.#letArrive(socket, line);
    if (line.count <= this.#limits.underWay || this.#isOpen) return undefined;
    return this.#wait(socket, line);
  }

  /** The request is done with. */
  giveBack(socket: Duplex): void {
    const line = this.#lines.get(socket);
    if (!line) return;
    line.count -= 1;
    if (line.waiting.length === 0) return;
    this.#call(line, 1);
    if (line.waiting.length === 0) socket.resume();
  }

  /** Whether no other request of its connection is there. */
  isAlone(socket: Duplex): boolean {
    return (this.#lines.get(socket)?.count ?? 0) <= 1;
  }

  /** From now on nothing is read of a connection behind a request. */
  close(): void {
    this.#isClosing = true;
  }

  /** There is no time left for turns: all who wait go on. */
  open(): void {
    this.#isOpen = true;
    for (const line of this.#crowded) this.#call(line, line.waiting.length);
  }

  #begin(socket: Duplex): Line {
    const line: Line = { count: 0, waiting: [], isWatched: false, isArriving: false };
    this.#lines.set(socket, line);
    return line;
  }

  #wait(socket: Duplex, line: Line): Promise<void> {
    this.#hold(socket, line);
    if (this.#waiting >= this.#limits.waiting) {
      socket.destroy();
      this.#onFlood();
    }
    this.#waiting += 1;
    this.#crowded.add(line);
    return new Promise((resolve) => line.waiting.push(resolve));
  }

  /** Lets the first of those who wait go on. */
  #call(line: Line, count: number): void {
    this.#waiting -= count;
    for (const next of line.waiting.splice(0, count)) next();
    if (line.waiting.length === 0) this.#crowded.delete(line);
  }

  /** The end of its body has to be read, also behind a request for which the connection is held. */
  #letArrive(socket: Duplex, line: Line): void {
    line.isArriving = true;
    if (line.waiting.length === 0) socket.resume();
  }

  /** Stops reading. */
  #hold(socket: Duplex, line: Line): void {
    socket.pause();
    if (line.isWatched) return;
    line.isWatched = true;
    // Node itself reads on when an answer is out. Once our side has ended, the rest is read to be dropped.
    socket.on('resume', () => {
      const isHeld = line.waiting.length > 0 || (this.#isClosing && line.count > 0 && !line.isArriving);
      if (isHeld && !socket.writableEnded) socket.pause();
    });
  }
}
