import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Duplex } from 'node:stream';
import { type Journal, type JournalError } from '../journal/journal.ts';
import { encodeLine } from '../journal/line.ts';
import { type JournalRecord } from '../journal/record.ts';
import { type PassOn } from '../protocol/passOn.ts';
import { viaName } from '../protocol/via.ts';
import { type AnswerRules, decideAnswer, errorBody } from './decideAnswer.ts';
import { type FaultSource } from './faults.ts';
import { decidedRecord, incomingRequest, malformedRecord, remoteOf, replacedRecord } from './makeRecord.ts';
import { describeMalformed, type ParserError } from './malformedRequest.ts';
import { hasBody, noBody, readBody } from './readBody.ts';
import { type Replace, Replacements } from './replacements.ts';
import { jsonAnswer, type OutgoingAnswer, resetConnection, sendAnswer, sendRawAnswer } from './sendAnswer.ts';
import { watchCaller } from './watchCaller.ts';

/** Wall clock and stop watch, handed in. */
interface Clock {
  readonly now: () => Date;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
}

/** Who wants to know what happens. Called in the order of events, and must not throw. */
export interface ServerObserver {
  /** A request is complete; it is not yet recorded, and where another one answers, `answer` is not yet the real one. */
  readonly received: (record: JournalRecord) => void;
  /** The answer went out; `record.answer` is what was really answered. `line` is its line in the journal, if it is there. */
  readonly answered: (record: JournalRecord, line?: string) => void;
  /** The journal could not be written; the request got 503. */
  readonly journalFailed: (error: JournalError) => void;
}

export interface WebhookServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly rules: AnswerRules;
  /** Passes what can be read on to a handler, which then answers; what our own rules say is recorded only. */
  readonly passOn?: PassOn | undefined;
  /** Faults that take the place of answers that would be ok. */
  readonly faults?: FaultSource | undefined;
  /** Record tokens as they came, instead of masked. */
  readonly keepToken: boolean;
  /** Id of this run, for its records. */
  readonly run: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly observer: ServerObserver;
}

export interface WebhookServer {
  readonly address: AddressInfo;
  /** Stops accepting, lets requests in flight finish (5 seconds at most), and resolves when all is closed. */
  close(): Promise<void>;
}

/** Request line and headers together; leaves 16 KiB for headers beside the longest target that is answered. */
const headerLimitBytes = 80 * 1024;
const drainMs = 5000;
/** For those that are cut short then: a handler that still works, a fault that waits. */
const haltMs = 500;
const cutOffMs = 1000;

/** The answer to a request that the journal did not take. */
export const notRecorded = { status: 503, body: errorBody('the request could not be recorded: try again later') };

/** One listener: reads requests, decides, records, and only then answers. */
class Listener {
  readonly #options: WebhookServerOptions;
  readonly #server: Server;
  readonly #rules: AnswerRules;
  readonly #replacements: Replacements;
  readonly #failedSockets = new WeakSet<Duplex>();
  readonly #halt = new AbortController();
  #lastSeq = 0;
  #inFlight = 0;
  #draining = false;
  #idle: (() => void) | undefined;

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    // Every request that another one answers listens to it.
    setMaxListeners(0, this.#halt.signal);
    const { passOn, faults, keepToken, rules } = options;
    const via = viaName(options.run);
    this.#rules = passOn ? { ...rules, via } : rules;
    this.#replacements = new Replacements({ passOn, via, faults, keepToken });
    this.#server = createServer(
      {
        maxHeaderSize: headerLimitBytes,
        headersTimeout: 20_000,
        requestTimeout: 60_000,
        keepAliveTimeout: 10_000,
        // Answered by Node itself otherwise, and so never recorded.
        requireHostHeader: false,
      },
      (request, response) => void this.#track(this.#serve(request, response)),
    );
    // The size of all headers is limited; a limit on their number would drop some of them silently.
    this.#server.maxHeadersCount = 0;
    // Requests that wait behind each other on one connection each look out for its end.
    this.#server.on('connection', (socket: Duplex) => void socket.setMaxListeners(0));
    this.#server.on(
      'checkExpectation',
      (request: IncomingMessage, response: ServerResponse) => void this.#track(this.#serve(request, response)),
    );
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      // Node hands the socket over without its own listener, and an error without one ends the program.
      socket.on('error', () => {});
      void this.#track(this.#refuseTunnel(request, socket));
    });
    this.#server.on(
      'clientError',
      (error: ParserError, socket: Duplex) => void this.#track(this.#refuseMalformed(error, socket)),
    );
  }

  listen(): Promise<AddressInfo> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  async close(): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#untilIdle(drainMs);
    this.#halt.abort();
    await this.#untilIdle(haltMs);
    this.#server.closeAllConnections();
    // Requests that were cut off now are still recorded.
    await this.#untilIdle(cutOffMs);
    await closed;
  }

  /** Resolves when no request is being worked on, or when the time is over. */
  async #untilIdle(ms: number): Promise<void> {
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#inFlight += 1;
    try {
      await work;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#idle?.();
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock, keepToken, observer } = this.#options;
    const start = clock.elapsed();
    const seq = this.#nextSeq();
    const remote = remoteOf(request.socket);
    const { body, complete } = hasBody(request) ? await readBody(request) : noBody;
    const incoming = incomingRequest(request, body);
    const decision = decideAnswer(incoming, this.#rules);
    const durationMs = clock.elapsed() - start;
    const gone = !complete && request.destroyed;
    const arrival = { seq, remote, ...this.#moment(), durationMs };
    const record = decidedRecord(arrival, incoming, decision, { gone, keepToken });
    observer.received(record);
    const replace = gone ? undefined : this.#replacements.choose(incoming, decision);
    if (replace) return this.#replace(replace, record, response, start);
    const { answered, line } = await this.#append(record);
    if (!gone && answered.answer) await this.#send(response, jsonAnswer(answered.answer), !complete);
    observer.answered(answered, line);
  }

  /** Lets another one answer; like every answer, it goes out when its record is durable. */
  async #replace(replace: Replace, record: JournalRecord, response: ServerResponse, start: number): Promise<void> {
    const { clock, observer } = this.#options;
    const caller = watchCaller(response);
    const replacement = await replace(caller.left, this.#halt.signal);
    caller.forget();
    const replaced = replacedRecord(record, replacement, clock.elapsed() - start);
    const { answered, line } = await this.#append(replaced);
    const outgoing = answered === replaced ? replacement.outgoing : jsonAnswer(notRecorded);
    if (outgoing === 'reset') resetConnection(response.req);
    else if (outgoing) await this.#send(response, outgoing, false);
    observer.answered(answered, line);
  }

  #send(response: ServerResponse, answer: OutgoingAnswer, close: boolean): Promise<void> {
    return sendAnswer(response, answer, close || this.#draining);
  }

  /** Records, and tells what is to be answered: what the record says once it is durable, else 503. */
  async #append(record: JournalRecord): Promise<{ readonly answered: JournalRecord; readonly line?: string }> {
    const { journal, observer } = this.#options;
    const line = encodeLine(record);
    try {
      await journal.append(record, line);
      return { answered: record, line };
    } catch (error) {
      observer.journalFailed(error as JournalError);
      return { answered: { ...record, answer: notRecorded, orderId: null, fault: undefined } };
    }
  }

  async #refuseTunnel(request: IncomingMessage, socket: Duplex): Promise<void> {
    const { keepToken } = this.#options;
    const incoming = incomingRequest(request, null);
    const arrival = { seq: this.#nextSeq(), remote: remoteOf(request.socket), ...this.#moment(), durationMs: 0 };
    const record = decidedRecord(arrival, incoming, decideAnswer(incoming, this.#rules), { gone: false, keepToken });
    await this.#answerRaw(socket, record);
  }

  async #refuseMalformed(error: ParserError, socket: Duplex): Promise<void> {
    // The parser goes on with the packets that follow, and fails at each.
    if (this.#failedSockets.has(socket)) return;
    this.#failedSockets.add(socket);
    const malformed = describeMalformed(error);
    const isSilent = (socket as IncomingMessage['socket']).bytesRead === 0;
    if (!malformed || isSilent) {
      socket.destroy();
      return;
    }
    const remote = remoteOf(socket as IncomingMessage['socket']);
    const arrival = { seq: this.#nextSeq(), remote, ...this.#moment(), durationMs: 0 };
    const record = malformedRecord(arrival, malformed, this.#options.keepToken);
    await this.#answerRaw(socket, record);
  }

  async #answerRaw(socket: Duplex, record: JournalRecord): Promise<void> {
    const { observer } = this.#options;
    observer.received(record);
    const { answered, line } = await this.#append(record);
    sendRawAnswer(socket, jsonAnswer(answered.answer ?? notRecorded));
    observer.answered(answered, line);
  }

  #moment(): { run: string; receivedAt: Date } {
    return { run: this.#options.run, receivedAt: this.#options.clock.now() };
  }

  #nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }
}

/** Starts listening; rejects with the error of the operating system (EADDRINUSE, say) when it cannot. */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const listener = new Listener(options);
  const address = await listener.listen();
  return { address, close: () => listener.close() };
}
