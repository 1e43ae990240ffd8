import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { watchCaller } from '../../src/server/watchCaller.ts';
import { startForwarding } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';

it('a caller that has left before it is watched has left', async () => {
  const calls = new EventEmitter();
  const url = await startHandler((_request, response) => void calls.emit('call', response));
  const called = once(calls, 'call');
  const caller = connect(Number(new URL(url).port), '127.0.0.1');
  caller.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [response] = (await called) as [ServerResponse];
  caller.destroy();
  await once(response.req.socket, 'close');
  expect(watchCaller(response).left.aborted).toBe(true);
});

it('many forwards over one connection leave nothing behind on it', async () => {
  const handler = await startHandler((_request, response) => response.end('{}'));
  const server = await startForwarding(handler);
  const listeners: number[] = [];
  const sockets = new Set<Socket>();
  const count = (message: unknown): void => {
    const { response } = message as { response: ServerResponse };
    if (response.req.socket.localPort !== server.port) return;
    sockets.add(response.req.socket);
    listeners.push(response.req.socket.listenerCount('close'));
  };
  subscribe('http.server.request.start', count);
  onTestFinished(() => void unsubscribe('http.server.request.start', count));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  for (let id = 0; id < 100; id += 1) {
    const [answer] = (await once(get(`${server.url}?action=lead&id=${id}`, { agent }), 'response')) as [
      IncomingMessage,
    ];
    await once(answer.resume(), 'end');
  }
  expect(sockets.size).toBe(1);
  expect(listeners).toHaveLength(100);
  expect(Math.max(...listeners.slice(1))).toBeLessThanOrEqual((listeners[1] ?? 0) + 1);
});
