/** How much callers may take of the server, together and in time. */
export interface ServerLimits {
  /** Milliseconds for the request line and the headers. */
  readonly headersMs: number;
  /** For a whole request. */
  readonly requestMs: number;
  /** For the caller to take an answer. */
  readonly answerMs: number;
  /** For the next request on a connection. */
  readonly keepAliveMs: number;
  /** How often the first two are looked at. */
  readonly checkEveryMs: number;
  /** Connections at a time. */
  readonly connections: number;
  /** Requests of one connection that are worked on at a time; one where another one answers, who may take long. */
  readonly underWay: number;
  /** Requests of all connections that wait behind others of theirs. */
  readonly waiting: number;
  /** Bytes of bodies that are held at a time, from their arrival to their answer. */
  readonly bodyBytes: number;
}

export const serverLimits: ServerLimits = {
  headersMs: 20_000,
  requestMs: 60_000,
  answerMs: 60_000,
  keepAliveMs: 10_000,
  checkEveryMs: 5000,
  // Each may hold 80 KiB of headers that have no end: 120 MiB together.
  connections: 1500,
  // A caller that waits for its answers has one.
  underWay: 16,
  // What is read of a connection in one go holds up to 3,640. V8 lets memory grow to a multiple of what they take.
  waiting: 4000,
  // Roistat sends none, so a lead never waits for them. A line of the journal may be six times as long as its body, and
  // stands in memory twice on its way to the disk.
  bodyBytes: 16 * 1024 * 1024,
};
