import { expect, it } from 'vitest';
import { makeCaller } from '../helpers/caller.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';

it('waits for the handler to come up before the first answer, and not when it goes away later', async () => {
  const server = createServer((_request, response) => response.end('{"status":"ok","order_id":1}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const caller = makeCaller({ waitMs: 60_000 });
  const call = { webhook: new URL(`http://127.0.0.1:${port}/`), action: 'lead', token: '', parameters: [] };
  expect((await caller.call(call)).verdict).toBe('accepted');
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  // A wait of a minute would run into the time limit of this test.
  const { verdict, problems } = await caller.call(call);
  expect({ verdict, code: problems[0]?.code }).toEqual({ verdict: 'unreachable', code: 'connection-refused' });
});

it('sends the login and password of an address', async () => {
  const heads: string[] = [];
  const port = await startTcpServer((socket) => {
    socket.on('data', (chunk) => {
      heads.push(chunk.toString('latin1'));
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
  });
  const caller = makeCaller();
  const webhook = new URL(`http://u%25:p%3A@127.0.0.1:${port}/`);
  await caller.call({ webhook, action: 'lead', token: '', parameters: [] });
  const basic = Buffer.from('u%:p:').toString('base64');
  expect(heads.join('')).toMatch(new RegExp(`^authorization: Basic ${basic}\\r$`, 'im'));
});
