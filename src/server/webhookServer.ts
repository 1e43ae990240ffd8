import { setMaxListeners } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type Journal, type JournalError } from '../journal/journal.ts';
import { encodeLine } from '../journal/line.ts';
import { type JournalRecord } from '../journal/record.ts';
import { type PassOn } from '../protocol/passOn.ts';
import { viaName } from '../protocol/via.ts';
import { type AnswerRules, decideAnswer, errorBody } from './decideAnswer.ts';
import { BodyReader } from './bodyReader.ts';
import { type Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { type FaultSource } from './faults.ts';
import { InFlight } from './inFlight.ts';
import {
  type Arrival,
  decidedRecord,
  incomingRequest,
  malformedRecord,
  remoteOf,
  replacedRecord,
} from './makeRecord.ts';
import { makeHttpServer } from './makeHttpServer.ts';
import { describeMalformed, endedWithin, type ParserError } from './malformedRequest.ts';
import { hasBody, noBody, type ReadBody } from './readBody.ts';
import { type Replace, Replacements } from './replacements.ts';
import { RequestDecider } from './requestDecider.ts';
import { jsonAnswer, type OutgoingAnswer, resetConnection, sendAnswer, sendRawAnswer } from './sendAnswer.ts';
import { type ServerLimits, serverLimits } from './serverLimits.ts';
import { type ServerObserver } from './serverObserver.ts';
import { Turns } from './turns.ts';
import { watchCaller } from './watchCaller.ts';

/** Wall clock and stop watch, handed in. */
interface Clock {
  readonly now: () => Date;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
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
  /** In place of the usual limits. */
  readonly limits?: Partial<ServerLimits> | undefined;
}

export interface WebhookServer {
  readonly address: AddressInfo;
  /** Stops accepting, lets requests in flight finish (5 seconds at most), and resolves when all is closed. */
  close(): Promise<void>;
}

/** Callers that may wait to be accepted. One who comes when they are too many tries again after a second; Node has 511. */
const backlog = 4096;
const drainMs = 5000;
/** For those that are cut short then: a handler that still works, a fault that waits. */
const haltMs = 500;
const cutOffMs = 1000;

/** The answer to a request that the journal did not take. */
export const notRecorded = { status: 503, body: errorBody('the request could not be recorded: try again later') };

/** A request and who waits for its answer. */
interface Exchange {
  readonly connection: Connection;
  readonly response: ServerResponse;
  readonly arrival: Arrival;
  /** The moment of its arrival by the stop watch. */
  readonly start: number;
}

/** One listener: reads requests, decides, records, and only then answers. */
class Listener {
  readonly #options: WebhookServerOptions;
  readonly #server: Server;
  readonly #rules: AnswerRules;
  readonly #decider: RequestDecider;
  readonly #connections: Connections;
  readonly #turns: Turns;
  readonly #bodies: BodyReader;
  readonly #answerMs: number;
  readonly #halt = new AbortController();
  /** No other one takes part in answering, who may take long. */
  readonly #answersAtOnce: boolean;
  #lastSeq = 0;
  readonly #inFlight = new InFlight();
  #draining = false;

  constructor(options: WebhookServerOptions) {
    this.#options = options;
    // Every request that another one answers listens to it.
    setMaxListeners(0, this.#halt.signal);
    const { passOn, faults, keepToken, rules } = options;
    const limits = { ...serverLimits, ...options.limits };
    this.#connections = new Connections(limits.connections);
    this.#answersAtOnce = !passOn && !faults;
    const turnLimits = this.#answersAtOnce ? limits : { ...limits, underWay: 1 };
    this.#turns = new Turns(turnLimits, () => this.#connections.holdForThisTurn());
    this.#bodies = new BodyReader(limits.bodyBytes);
    this.#answerMs = limits.answerMs;
    const via = viaName(options.run);
    this.#rules = passOn ? { ...rules, via } : rules;
    const replacements = new Replacements({ passOn, via, faults, keepToken });
    this.#decider = new RequestDecider({ rules: this.#rules, replacements, keepToken, elapsed: options.clock.elapsed });
    this.#server = makeHttpServer(limits, this.#answersAtOnce);
    this.#server.on('connection', (socket: Socket) => this.#connections.add(socket));
    const take = (request: IncomingMessage, response: ServerResponse): void => void this.#take(request, response);
    this.#server.on('request', take);
    this.#server.on('checkExpectation', take);
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex) => {
      // Node hands the socket over without its own listener, and an error without one ends the program.
      socket.on('error', () => {});
      void this.#inFlight.track(this.#refuseTunnel(request, socket));
    });
    this.#server.on(
      'clientError',
      (error: ParserError, socket: Duplex) => void this.#inFlight.track(this.#refuseMalformed(error, socket)),
    );
  }

  listen(): Promise<AddressInfo> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, backlog }, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  async close(): Promise<void> {
    this.#draining = true;
    this.#turns.close();
    // Node's own takes one for idle that has answered, though more requests of it wait behind, or its caller still reads.
    this.#server.closeIdleConnections = () => this.#connections.closeIdle();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#inFlight.untilIdle(drainMs);
    this.#halt.abort();
    this.#turns.open();
    await this.#inFlight.untilIdle(haltMs);
    this.#server.closeAllConnections();
    // Requests that were cut off now are still recorded.
    await this.#inFlight.untilIdle(cutOffMs);
    await closed;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const connection = this.#connections.of(socket);
    // Closed within the packet that this one came in: it is as good as not read.
    if (!connection || socket.destroyed) return;
    const start = this.#options.clock.elapsed();
    const arrival = this.#arrival(socket);
    const announcesBody = hasBody(request);
    this.#inFlight.begin();
    const turn = this.#turns.take(connection, !announcesBody);
    this.#connections.touch(connection);
    const read = announcesBody ? await this.#bodies.read(request, () => this.#noticeEnd(socket)) : noBody;
    // What answers on the bare socket must not get ahead of the requests before it.
    if (read.interruption && !read.complete) await this.#connections.whenQuiet(socket);
    connection.underWay += 1;
    try {
      // In any case not before all of the packet has been read: with too much behind it, it is not begun.
      await turn;
      await this.#serve({ connection, response, arrival, start }, read);
    } finally {
      read.release();
      this.#connections.finish(connection);
      this.#turns.giveBack(connection);
      this.#inFlight.end();
    }
  }

  async #serve(exchange: Exchange, read: ReadBody): Promise<void> {
    const { observer } = this.#options;
    const { connection, response, arrival, start } = exchange;
    // Apart, for what is only needed there would be kept until the answer.
    const { record, gone, replace } = this.#decider.decide(response.req, arrival, start, read);
    // Its connection cannot be read any further.
    if (connection.isBroken && !read.complete && !gone) return this.#answerRaw(connection.socket, record);
    observer.received(record);
    if (replace) return this.#replace(replace, exchange, record);
    const { answered, line } = await this.#append(record);
    if (!gone && answered.answer) await this.#send(exchange, jsonAnswer(answered.answer), !read.complete);
    observer.answered(answered, line);
  }

  /** Lets another one answer; like every answer, it goes out when its record is durable. */
  async #replace(replace: Replace, exchange: Exchange, record: JournalRecord): Promise<void> {
    const { clock, observer } = this.#options;
    const { response, start } = exchange;
    const caller = watchCaller(response);
    const replacement = await replace(caller.left, this.#halt.signal);
    caller.forget();
    const replaced = replacedRecord(record, replacement, clock.elapsed() - start);
    const { answered, line } = await this.#append(replaced);
    const outgoing = answered === replaced ? replacement.outgoing : jsonAnswer(notRecorded);
    if (outgoing === 'reset') resetConnection(response.req);
    else if (outgoing) await this.#send(exchange, outgoing, false);
    observer.answered(answered, line);
  }

  #send({ connection, response }: Exchange, answer: OutgoingAnswer, close: boolean): Promise<void> | undefined {
    // What says that it is the last one on its connection must be that.
    const isLast = close || (this.#draining && connection.requests <= 1);
    return sendAnswer(response, answer, { close: isLast, answerMs: this.#answerMs });
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
    const arrival = this.#arrival(request.socket);
    await this.#connections.whenQuiet(socket);
    const record = decidedRecord(arrival, incoming, decideAnswer(incoming, this.#rules), {
      gone: false,
      keepToken,
      durationMs: 0,
    });
    await this.#answerRaw(socket, record);
  }

  /** Of a caller that ends within a body Node tells, but not where the request asks for another protocol. */
  #noticeEnd(socket: Duplex): void {
    if (this.#bodies.isArriving(socket)) void this.#inFlight.track(this.#refuseMalformed(endedWithin, socket));
  }

  async #refuseMalformed(error: ParserError, socket: Duplex): Promise<void> {
    // The parser goes on with the packets that follow, and fails at each.
    const connection = this.#connections.of(socket);
    if (!connection || connection.isBroken) return;
    connection.isBroken = true;
    const malformed = describeMalformed(error);
    const isSilent = (socket as IncomingMessage['socket']).bytesRead === 0;
    if (!malformed || isSilent) {
      // Who ends its side within a request may still read the answers to those before it.
      if (error.code === endedWithin.code && this.#answersAtOnce) await this.#connections.whenQuiet(socket);
      socket.destroy();
      return;
    }
    // Node's own would close it at the caller's end, before the answer.
    socket.removeAllListeners('end');
    if (await this.#bodies.cut(socket, malformed)) return;
    const arrival = this.#arrival(socket as IncomingMessage['socket']);
    const record = malformedRecord(arrival, malformed, this.#options.keepToken);
    await this.#connections.whenQuiet(socket);
    await this.#answerRaw(socket, record);
  }

  async #answerRaw(socket: Duplex, record: JournalRecord): Promise<void> {
    const { observer } = this.#options;
    observer.received(record);
    const { answered, line } = await this.#append(record);
    sendRawAnswer(socket, jsonAnswer(answered.answer ?? notRecorded));
    observer.answered(answered, line);
  }

  /** The next request, of which nothing but its caller is known. */
  #arrival(socket: IncomingMessage['socket']): Arrival {
    const { run, clock } = this.#options;
    this.#lastSeq += 1;
    return { run, seq: this.#lastSeq, receivedAt: clock.now(), remote: remoteOf(socket) };
  }
}

/** Starts listening; rejects with the error of the operating system (EADDRINUSE, say) when it cannot. */
export async function startWebhookServer(options: WebhookServerOptions): Promise<WebhookServer> {
  const listener = new Listener(options);
  const address = await listener.listen();
  return { address, close: () => listener.close() };
}
