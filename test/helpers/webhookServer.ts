import { once } from 'node:events';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Journal, type JournalError } from '../../src/journal/journal.ts';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { startWebhookServer, type WebhookServerOptions } from '../../src/server/webhookServer.ts';

/** A webhook server on a free port, with what it recorded and observed. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  readonly answered: JournalRecord[];
  /** Lines as they were told with what was answered. */
  readonly lines: Array<string | undefined>;
  readonly failures: JournalError[];
  readonly records: () => Promise<JournalRecord[]>;
  readonly close: () => Promise<void>;
}

/** Starts the server with a fake clock; closed when the test ends. */
export async function startServer(options: Partial<WebhookServerOptions> = {}): Promise<RunningServer> {
  const journal = options.journal ?? new MemoryJournal();
  const answered: JournalRecord[] = [];
  const lines: Array<string | undefined> = [];
  const failures: JournalError[] = [];
  let ticks = 0;
  const server = await startWebhookServer({
    host: '127.0.0.1',
    port: 0,
    rules: { credentials: undefined, strict: false },
    keepToken: false,
    run: '0badcafe',
    journal,
    clock: { now: () => new Date('2026-11-22T10:00:00.000Z'), elapsed: () => (ticks += 1) },
    observer: {
      received: () => {},
      answered: (record, line) => {
        answered.push(record);
        lines.push(line);
      },
      journalFailed: (error) => void failures.push(error),
    },
    ...options,
  });
  onTestFinished(() => server.close());
  const { port } = server.address;
  const records = async (): Promise<JournalRecord[]> => {
    const entries = [];
    for await (const entry of journal.scan()) {
      if (entry.kind === 'record') entries.push(entry.record);
    }
    return entries;
  };
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    journal,
    answered,
    lines,
    failures,
    records,
    close: () => server.close(),
  };
}

/** Sends bytes on a socket of its own, and resolves with all that came back until the end of the connection. */
export async function raw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  socket.on('error', () => {});
  socket.end(bytes);
  await once(socket, 'close');
  return received;
}
