import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Row } from '../../src/inspector/apiTypes.ts';
import { EventStreams } from '../../src/inspector/eventStreams.ts';
import { heldMatcher } from '../../src/inspector/heldMatcher.ts';
import { HeldRecord, LineChunks } from '../../src/inspector/heldRecord.ts';
import { Inspector } from '../../src/inspector/inspector.ts';
import { RowTexts } from '../../src/inspector/rowTexts.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { startServe } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

interface Listener {
  readonly text: () => string;
  readonly waitFor: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly status: number;
}

const held = (record: JournalRecord): HeldRecord => new HeldRecord(record, encodeLine(record), new LineChunks());

/** Listens to the events of the inspector. */
async function listen(url: string, query = '', headers: Record<string, string> = {}): Promise<Listener> {
  const call = request(`${url}api/events?${query}`, { headers, agent: false }).end();
  onTestFinished(() => void call.destroy());
  call.on('error', () => {});
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  let text = '';
  response.on('error', () => {});
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    text: () => text,
    status: response.statusCode ?? 0,
    waitFor: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          const match = pattern.exec(text);
          if (match) resolve(match);
        };
        response.on('data', look);
        look();
      }),
  };
}

const rowsOf = (text: string): number[] =>
  [...text.matchAll(/^event: rows\ndata: (.*)$/gm)].flatMap(([, json = '']) =>
    (JSON.parse(json) as Row[]).map(({ seq }) => seq),
  );

describe('the events of the inspector', () => {
  it('come in order, for the filter alone, and go on where a listener stopped', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    const all = await listen(serve.inspectUrl);
    const some = await listen(serve.inspectUrl, 'phone=7888');
    for (const phone of ['+7888', '+7999', '+7888', '+7999']) await sendLead(serve.url, { phone });
    const [, run = ''] = await all.waitFor(/^id: (\w+):4\nevent: rows$/m);
    expect(rowsOf(all.text())).toEqual([1, 2, 3, 4]);
    await some.waitFor(/"seq":3/);
    expect(rowsOf(some.text())).toEqual([1, 3]);
    const again = await listen(serve.inspectUrl, 'after=nonsense', { 'Last-Event-ID': `${run}:2` });
    await again.waitFor(/"seq":4/);
    expect(rowsOf(again.text())).toEqual([3, 4]);
    const lost = await listen(serve.inspectUrl, '', { 'Last-Event-ID': 'other:2' });
    await lost.waitFor(/^event: reload$/m);
    expect(rowsOf(lost.text())).toEqual([]);
  });

  it('are for a bounded number of listeners, and a place is free again when one leaves', async () => {
    const serve = await startServe([], { cwd: await temporaryFolder() });
    const sockets = Array.from({ length: 16 }, () => connect(Number(new URL(serve.inspectUrl).port), '127.0.0.1'));
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    const host = new URL(serve.inspectUrl).host;
    for (const socket of sockets) {
      socket.write(`GET /api/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await once(socket, 'data');
    }
    expect((await listen(serve.inspectUrl)).status).toBe(503);
    expect((await fetch(serve.inspectUrl)).status).toBe(200);
    sockets[0]?.destroy();
    await expect.poll(async () => (await listen(serve.inspectUrl)).status).toBe(200);
  });

  it('keep no place for a page that left while the journal was read', async () => {
    const options = { port: 0, pageFolder: new URL('file:///'), version: '', logDir: '', redact: false };
    const sendAgain = (): Promise<never> => Promise.reject(new Error('nobody asked for it'));
    const inspector = await Inspector.listen({ ...options, instance: 'run', csrf: 'x', sendAgain });
    onTestFinished(() => inspector.close());
    const history = new Readable({ objectMode: true, read() {} });
    const facts = { webhook: '', invocation: '', credentials: undefined, firstLead: [], run: 'now' };
    inspector.start(facts, history, () => {});
    const { host } = new URL(inspector.url);
    const leave = async (socket: Socket): Promise<void> => {
      await once(socket, 'connect');
      socket.write(`GET /api/events HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      // Another one that is answered shows that this one has been read.
      await fetch(`${inspector.url}api/session`);
      socket.resetAndDestroy();
      await once(socket, 'close');
    };
    await Promise.all(Array.from({ length: 16 }, () => leave(connect(inspector.port, '127.0.0.1'))));
    await fetch(`${inspector.url}api/session`);
    history.push(null);
    expect((await listen(inspector.url)).status).toBe(200);
  });

  it('name the last of what was missed, also before anything came in', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(
      cwd,
      [1, 2, 3].map((seq) => leadRecord(seq, {}, { run: 'before' })),
    );
    const serve = await startServe([], { cwd });
    const again = await listen(serve.inspectUrl, '', { 'Last-Event-ID': 'before:1' });
    await again.waitFor(/^id: before:3\nevent: rows$/m);
    expect(rowsOf(again.text())).toEqual([2, 3]);
  });

  it('have no ping that names rows which are still to be sent', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const streams = new EventStreams('run');
    onTestFinished(() => streams.close());
    const url = await startHandler((_incoming, response) =>
      streams.add(response, heldMatcher({ where: [] }), new RowTexts().plain, []),
    );
    const page = await listen(url);
    await page.waitFor(/^event: hello$/m);
    vi.advanceTimersByTime(14_990);
    streams.publish(held(leadRecord(1, {}, { run: 'now' })));
    vi.advanceTimersByTime(15_040);
    await page.waitFor(/^event: ping$/m);
    expect(page.text().match(/^(?:id|event): .*$/gm)).toEqual([
      'event: hello',
      'id: now:1',
      'event: rows',
      'id: now:1',
      'event: ping',
    ]);
  });

  it('do not gather for a listener that does not read: it is dropped', async () => {
    const streams = new EventStreams('run');
    const url = await startHandler((_incoming, response) =>
      streams.add(response, heldMatcher({ where: [] }), new RowTexts().plain, []),
    );
    onTestFinished(() => streams.close());
    const { port, host } = new URL(url);
    const deaf = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void deaf.destroy());
    deaf.on('error', () => {});
    deaf.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(deaf, 'data');
    deaf.pause();
    expect(streams.size).toBe(1);
    let seq = 0;
    const publishMany = (): number => {
      for (let index = 0; index < 5000; index += 1)
        streams.publish(held(leadRecord((seq += 1), { title: 'я'.repeat(120) })));
      return streams.size;
    };
    // What the kernel holds for it comes on top of the megabyte that is waited for.
    await expect.poll(publishMany, { interval: 60, timeout: 10_000 }).toBe(0);
  });
});
