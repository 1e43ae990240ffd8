import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Journal } from '../../src/journal/journal.ts';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { raw, startServer } from '../helpers/webhookServer.ts';

/** A journal that holds the record of the first request back until `open`. */
function journalThatHoldsFirst(): { readonly journal: Journal; readonly open: () => void } {
  const memory = new MemoryJournal();
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const journal: Journal = {
    scan: () => memory.scan(),
    close: () => memory.close(),
    append: async (record) => {
      if (record.seq === 1) await opened;
      await memory.append(record);
    },
  };
  return { journal, open };
}

/** So many requests in one packet, each of another lead. */
const requests = (count: number): string =>
  Array.from({ length: count }, (_, index) => `GET /?action=lead&id=${index + 1} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');

const orderIds = (answers: string): string[] => answers.match(/order-\d+/g) ?? [];

/** Sends requests of which the first is held back, and waits until the others are recorded. */
async function sendHeld(count: number) {
  const { journal, open } = journalThatHoldsFirst();
  const server = await startServer({ journal });
  const socket = connect(server.port, '127.0.0.1').setEncoding('utf8');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk: string) => {
    received += chunk;
  });
  socket.write(requests(count));
  await expect.poll(async () => (await server.records()).length).toBe(count - 1);
  return { server, socket, open, received: () => received };
}

describe('requests that come behind each other on one connection', () => {
  it('are answered in their order, whichever is recorded first', async () => {
    const { server, open, received } = await sendHeld(20);
    expect(received()).toBe('');
    open();
    const all = Array.from({ length: 20 }, (_, index) => `order-${index + 1}`);
    await expect.poll(() => orderIds(received())).toEqual(all);
    await expect.poll(() => server.answered.map(({ seq }) => seq).toSorted((a, b) => a - b)).toHaveLength(20);
  });

  it('whose caller leaves while they wait are told, and hold nobody up', async () => {
    const { server, socket, open } = await sendHeld(5);
    socket.resetAndDestroy();
    // Those that wait behind the first one know it by the end of the connection.
    await expect.poll(() => server.answered.length).toBe(4);
    expect(
      orderIds(await raw(server.port, 'GET /?action=lead&id=9 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')),
    ).toEqual(['order-9']);
    open();
    await server.close();
    expect(server.answered.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  }, 4000);
});
