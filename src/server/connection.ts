import { type Socket } from 'node:net';

/** One connection, and its requests that are not done with. One object for all that is known: looking it up costs. */
export class Connection {
  readonly socket: Socket;
  /** Requests that came, if only their headers, and are not done with. */
  requests = 0;
  /** Those of them that came to their end. */
  underWay = 0;
  /** A moment in the order of all connections: since then it has the next word, or has said no more. */
  awaitedSince = 0;
  /** Called when no request is under way any more, or it is closed. */
  readonly whenQuiet: Array<() => void> = [];
  /** Requests that wait for their turn, in their order. */
  readonly waiting: Array<() => void> = [];
  /** Whether it is looked after that nothing is read of it while it is held. */
  isWatched = false;
  /** One of its requests came with the beginning of its body while the server was closing. */
  isArriving = false;
  /** What came cannot be read as HTTP, nor what comes behind it. */
  isBroken = false;

  constructor(socket: Socket) {
    this.socket = socket;
  }
}
