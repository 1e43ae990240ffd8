import { expect, it } from 'vitest';
import { readEvents, type StreamEvent } from '../../src/page/eventStream.ts';
import { startHandler } from '../helpers/handler.ts';

async function eventsOf(url: string): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of readEvents(url, new AbortController().signal)) events.push(event);
  return events;
}

it('reads events wherever the network cuts them, within a letter, too', async () => {
  const text =
    'retry: 1000\n\nevent: hello\ndata: {"a":1}\n\nid: 0badcafe:7\nevent: rows\ndata: ["Иван"]\n\nevent: cut';
  const url = await startHandler((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
    response.socket?.setNoDelay();
    const bytes = Buffer.from(text);
    // Each byte goes out once the one before it is on its way.
    const send = (at: number): void => {
      if (at === bytes.length) response.end();
      else response.write(bytes.subarray(at, at + 1), () => setImmediate(send, at + 1));
    };
    send(0);
  });
  expect(await eventsOf(url)).toEqual([
    { name: 'hello', data: '{"a":1}', id: '' },
    { name: 'rows', data: '["Иван"]', id: '0badcafe:7' },
  ]);
});

it('takes no other answer for events', async () => {
  const url = await startHandler((_request, response) => {
    response.writeHead(503, { 'Content-Type': 'text/event-stream' }).end('event: x\ndata: 1\n\n');
  });
  await expect(eventsOf(url)).rejects.toMatchObject({ status: 503 });
  const page = await startHandler((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<p>');
  });
  await expect(eventsOf(page)).rejects.toMatchObject({ status: 200 });
});
