import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { JournalError, type ScanEntry } from '../journal/journal.ts';
import { type JournalRecord } from '../journal/record.ts';
import { type Session } from './apiTypes.ts';
import { EventStreams } from './eventStreams.ts';
import { filterOf, filterProblem } from './filterQuery.ts';
import { heldMatcher } from './heldMatcher.ts';
import { PageFiles } from './pageFiles.ts';
import { readSmallBody } from './readSmallBody.ts';
import { RecordStore } from './recordStore.ts';
import { recordView, type ViewFacts } from './recordView.ts';
import { redactionOf } from './redact.ts';
import { readReplayRequest, replayError, replayResult, replayUrl, type SendAgain, signatureOf } from './replay.ts';
import { policyOf, refusalOf, safetyHeaders, type Target, targetOf } from './requestGuard.ts';
import { RowTexts, type ToRow } from './rowTexts.ts';
import { sendJson } from './sendJson.ts';
import { isGone, partOf, type Search, sendExport, sendRows } from './sendRecords.ts';
import { Turns } from './turns.ts';

export interface InspectorOptions {
  /** 0 takes any free one. Always on 127.0.0.1: the page shows personal data. */
  readonly port: number;
  /** Folder of the built page. */
  readonly pageFolder: URL;
  readonly version: string;
  readonly logDir: string;
  /** Mask personal data until it is asked for. */
  readonly redact: boolean;
  /** Two random texts of this run: the name of the run, and what a page has to show before it may send. */
  readonly instance: string;
  readonly csrf: string;
  readonly sendAgain: SendAgain;
  /** At a time, where it is not the usual number. */
  readonly connections?: number;
}

/** What is known once the webhook listens. */
export interface WebhookFacts extends ViewFacts {
  /** Id of the webhook's run. */
  readonly run: string;
  readonly firstLead: readonly string[];
}

const limits = { mostRecords: 10_000, mostBytes: 64 * 1024 * 1024 };
const mostReplays = 4;
/** Lists and exports at a time. Each holds its rows until they are sent. */
const mostSearches = 16;

/** The inspector: a page on loopback that shows what came in. Nothing that goes wrong in it reaches the webhook. */
export class Inspector {
  readonly #options: InspectorOptions;
  readonly #server: Server;
  readonly #store = new RecordStore(limits);
  readonly #rows = new RowTexts();
  readonly #streams: EventStreams;
  readonly #page: PageFiles;
  #facts: WebhookFacts = { webhook: '', invocation: 'roistat-hook', credentials: undefined, firstLead: [], run: '' };
  #history: Promise<void> = Promise.resolve();
  #historyError: string | undefined;
  readonly #turns = new Turns();
  #searches = 0;
  #replays = 0;

  private constructor(options: InspectorOptions) {
    this.#options = options;
    this.#streams = new EventStreams(options.instance);
    this.#page = new PageFiles(options.pageFolder);
    this.#server = createServer(
      {
        maxHeaderSize: 16 * 1024,
        headersTimeout: 10_000,
        requestTimeout: 20_000,
        keepAliveTimeout: 30_000,
        // Node looks at the two above every 30 seconds unless it is told otherwise.
        connectionsCheckingInterval: 1000,
      },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = options.connections ?? 256;
  }

  /** Starts listening; rejects with the error of the operating system when it cannot. */
  static async listen(options: InspectorOptions): Promise<Inspector> {
    const inspector = new Inspector(options);
    const server = inspector.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: options.port }, () => {
        server.off('error', reject);
        server.on('error', () => {});
        resolve();
      });
    });
    return inspector;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /**
   * Begins to read what came in before this run. Lists wait for it. What keeps it from being read to its end is told in
   * one sentence, and what was read stays.
   */
  start(facts: WebhookFacts, history: AsyncIterable<ScanEntry>, onHistoryError: (sentence: string) => void): void {
    this.#facts = facts;
    this.#history = this.#loadOlder(history, onHistoryError).catch(() => {});
  }

  async #loadOlder(history: AsyncIterable<ScanEntry>, onHistoryError: (sentence: string) => void): Promise<void> {
    const error = await this.#store.loadOlder(history, this.#facts.run, this.#turns);
    if (error === undefined) return;
    this.#historyError = error instanceof JournalError ? error.message : 'the journal cannot be read';
    onHistoryError(this.#historyError);
  }

  /** A request was answered. Never throws. */
  answered(record: JournalRecord, line?: string): void {
    try {
      this.#streams.publish(this.#store.add(record, line));
    } catch {
      // The webhook goes on.
    }
  }

  async close(): Promise<void> {
    this.#streams.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    try {
      const target = targetOf(request);
      const refusal = refusalOf(request, target, { port: this.port, csrf: this.#options.csrf });
      if (refusal?.allow !== undefined) response.setHeader('Allow', refusal.allow);
      if (refusal) return sendJson(response, refusal.status, { error: 'refused', detail: refusal.message });
      if (!target) return;
      if (request.method === 'POST') return await this.#replay(target.query, request, response);
      await this.#get(target, request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'failed', detail: 'the inspector failed; the webhook goes on' });
    }
  }

  async #get({ path, query }: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === '/api/session') return sendJson(response, 200, this.#session());
    if (path === '/api/records') return this.#search(query, response, (search) => this.#list(query, response, search));
    if (path === '/api/events') return this.#events(query, request, response);
    if (path === '/api/export') return this.#export(query, response);
    if (path === '/api/record') return this.#record(query, response);
    const file = await this.#page.get(path);
    if (!file) return sendJson(response, 404, { error: 'refused', detail: 'there is no such page' });
    const { type, body, inline } = file;
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Length': body.length,
      'Content-Security-Policy': policyOf(inline),
    });
    response.end(body);
  }

  #session(): Session {
    const { version, instance, logDir, redact, csrf } = this.#options;
    const { webhook, firstLead } = this.#facts;
    return { version, instance, webhook, logDir, redact, csrf, firstLead };
  }

  /** Whether personal data is to be left out: the page has to ask for it where --redact is on. */
  #isMasked(query: URLSearchParams): boolean {
    return this.#options.redact && query.get('reveal') !== '1';
  }

  #toRow(query: URLSearchParams): ToRow {
    return this.#isMasked(query) ? this.#rows.masked : this.#rows.plain;
  }

  /** Work that goes over all records: not for any number of callers at a time, nor for any number of demands. */
  async #search(
    query: URLSearchParams,
    response: ServerResponse,
    send: (search: Search) => Promise<void>,
  ): Promise<void> {
    const problem = filterProblem(query);
    if (problem !== undefined) return sendJson(response, 400, { error: 'refused', detail: problem });
    if (this.#searches >= mostSearches) return sendJson(response, 503, { error: 'busy', detail: 'too many ask' });
    this.#searches += 1;
    try {
      await this.#history;
      await send({ store: this.#store, matches: heldMatcher(filterOf(query)), turns: this.#turns });
    } finally {
      this.#searches -= 1;
    }
  }

  #list(query: URLSearchParams, response: ServerResponse, search: Search): Promise<void> {
    return sendRows(response, search, partOf(query), this.#toRow(query), this.#historyError);
  }

  async #record(query: URLSearchParams, response: ServerResponse): Promise<void> {
    await this.#history;
    const record = this.#store.find(query.get('id') ?? '');
    if (!record) return sendJson(response, 404, { error: 'record', detail: 'it is not among the newest records' });
    sendJson(response, 200, recordView(record, this.#isMasked(query), this.#facts));
  }

  async #events(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const problem = filterProblem(query);
    if (problem !== undefined) return sendJson(response, 400, { error: 'refused', detail: problem });
    await this.#history;
    // A page that left meanwhile has had its `close`, and nothing would ever take it out of the streams.
    if (isGone(response)) return;
    if (this.#streams.isFull) return sendJson(response, 503, { error: 'busy', detail: 'too many pages are open' });
    const { 'last-event-id': last } = request.headers;
    const after = typeof last === 'string' && last !== '' ? last : query.get('after') || null;
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' });
    if (request.method === 'HEAD') return void response.end();
    this.#streams.add(response, heldMatcher(filterOf(query)), this.#toRow(query), this.#store.after(after));
  }

  async #export(query: URLSearchParams, response: ServerResponse): Promise<void> {
    if (this.#isMasked(query)) return sendJson(response, 403, { error: 'refused', detail: 'personal data is masked' });
    await this.#search(query, response, (search) => sendExport(response, search));
  }

  async #replay(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readSmallBody(request, 16 * 1024);
    if (body === undefined) return sendJson(response, 413, replayError('refused', 'the body is too long'));
    const wanted = readReplayRequest(body);
    if (!wanted) return sendJson(response, 400, replayError('refused', 'an id and a url are taken'));
    const record = this.#store.find(wanted.id);
    if (!record) return sendJson(response, 404, replayError('record'));
    const webhook = replayUrl(wanted.url);
    if (!webhook) return sendJson(response, 400, replayError('url'));
    if (this.#replays >= mostReplays) return sendJson(response, 429, replayError('busy'));
    this.#replays += 1;
    const redaction = this.#isMasked(query) ? redactionOf(record) : undefined;
    const hide = redaction?.text ?? ((text: string): string => text);
    try {
      const { changes } = signatureOf(record, this.#facts.credentials);
      const resent = await this.#options.sendAgain({ webhook, record, ...changes });
      if (resent.kind === 'unsendable') return sendJson(response, 409, replayError('unsendable', hide(resent.reason)));
      sendJson(response, 200, replayResult(record, resent.delivery, redaction));
    } catch (error) {
      sendJson(response, 502, replayError('failed', error instanceof Error ? hide(error.message) : ''));
    } finally {
      this.#replays -= 1;
    }
  }
}
