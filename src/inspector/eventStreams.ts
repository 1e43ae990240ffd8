import { type ServerResponse } from 'node:http';
import { type HeldMatcher } from './heldMatcher.ts';
import { type HeldRecord } from './heldRecord.ts';
import { type ToRow } from './rowTexts.ts';

interface Client {
  readonly response: ServerResponse;
  readonly matches: HeldMatcher;
  readonly toRow: ToRow;
  /** Rows as JSON. */
  waiting: string[];
}

/** Bytes that may wait for a client that does not read; then it is dropped, and comes again when it can. */
const mostWaitingBytes = 1024 * 1024;
/** A page that was away for longer reads the list anew. */
const mostMissed = 200;
const mostClients = 16;
const gatherMs = 40;
const pingMs = 15_000;

/** Pages that listen (server-sent events): rows go out as they come in, a few milliseconds' worth at a time. */
export class EventStreams {
  readonly #instance: string;
  readonly #clients = new Set<Client>();
  #newest: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #pings: NodeJS.Timeout | undefined;

  constructor(instance: string) {
    this.#instance = instance;
  }

  get size(): number {
    return this.#clients.size;
  }

  get isFull(): boolean {
    return this.size >= mostClients;
  }

  /**
   * Takes a client, and tells it what it missed: `missed` stands for what came after the last event it knows,
   * undefined when that is not known any more.
   */
  add(response: ServerResponse, matches: HeldMatcher, toRow: ToRow, missed: readonly HeldRecord[] | undefined): void {
    const client: Client = { response, matches, toRow, waiting: [] };
    this.#clients.add(client);
    response.on('close', () => this.#remove(client));
    response.on('error', () => this.#remove(client));
    response.write(`retry: 1000\n\nevent: hello\ndata: ${JSON.stringify({ instance: this.#instance })}\n\n`);
    if (!missed || missed.length > mostMissed) response.write('event: reload\ndata: {}\n\n');
    else for (const record of missed) this.#offer(client, record);
    this.#send(client, missed?.at(-1)?.id ?? this.#newest);
    this.#pings ??= setInterval(() => this.#ping(), pingMs).unref();
  }

  /** A record that just came in. Costs nothing while nobody listens. */
  publish(record: HeldRecord): void {
    this.#newest = record.id;
    if (this.#clients.size === 0) return;
    for (const client of this.#clients) this.#offer(client, record);
    this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#pings);
    for (const { response } of this.#clients) response.destroy();
    this.#clients.clear();
  }

  #offer(client: Client, held: HeldRecord): void {
    if (client.matches(held)) client.waiting.push(client.toRow(held));
  }

  #flush(): void {
    this.#timer = undefined;
    for (const client of this.#clients) this.#send(client, this.#newest);
  }

  /** Sends what waits; the id says up to where the client knows all, whether it matched or not. */
  #send(client: Client, cursor: string | null): void {
    if (client.waiting.length === 0) return;
    const rows = client.waiting;
    client.waiting = [];
    const id = cursor === null ? '' : `id: ${cursor}\n`;
    client.response.write(`${id}event: rows\ndata: [${rows.join()}]\n\n`);
    if (client.response.writableLength > mostWaitingBytes) {
      this.#remove(client);
      client.response.destroy();
    }
  }

  #ping(): void {
    const id = this.#newest === null ? '' : `id: ${this.#newest}\n`;
    for (const { response, waiting } of this.#clients) {
      if (waiting.length === 0) response.write(`${id}event: ping\ndata: {}\n\n`);
    }
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    clearInterval(this.#pings);
    this.#pings = undefined;
  }
}
