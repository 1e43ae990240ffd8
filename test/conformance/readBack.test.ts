import { type IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { HandlerClient } from '../../src/client/handlerClient.ts';
import { ReadBack } from '../../src/conformance/readBack.ts';
import { directWithin } from '../helpers/caller.ts';
import { startHandler } from '../helpers/handler.ts';
import { freePort } from '../helpers/tcpServer.ts';

const client = new HandlerClient({ ...directWithin(10_000), signal: new AbortController().signal });

/** Reads the order "7/8" from a CRM that answers so. */
async function leavesFrom(status: number, body: string): Promise<readonly string[]> {
  const url = await startHandler((_request, response) => response.writeHead(status).end(body));
  return new ReadBack(client, `${url}?id={order_id}`, []).leavesOf('7/8');
}

test('the address has the order id in every place, and headers go along', async () => {
  const seen: Array<readonly [string | undefined, IncomingHttpHeaders]> = [];
  const url = await startHandler((request, response) => {
    seen.push([request.url, request.headers]);
    response.end('{}');
  });
  const headers = [['Authorization', 'Bearer x'] as const];
  await new ReadBack(client, `${url}orders/{order_id}?also={order_id}#x`, headers).leavesOf('7/8 &');
  expect(seen).toEqual([
    ['/orders/7%2F8%20%26?also=7%2F8%20%26', expect.objectContaining({ authorization: 'Bearer x' })],
  ]);
});

test('texts and numbers are found in any depth, behind a byte order mark, too', async () => {
  const order = { id: 7, deal: { comment: 'a', fields: [{ value: 'b' }, null, true, 'c'] } };
  const leaves = await leavesFrom(200, `\uFEFF${JSON.stringify(order)}`);
  expect(leaves.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['7', 'a', 'b', 'c']);
});

test('deep nesting is no way to break it', async () => {
  const depth = 5000;
  expect(await leavesFrom(200, `${'['.repeat(depth)}"x"${']'.repeat(depth)}`)).toEqual(['x']);
});

test.each([
  ['HTTP 404 for the order 7/8: "no such order"', 404, 'no such order'],
  ['HTTP 500 for the order 7/8: "Oops"', 500, '<html><body>Oops</body></html>'],
  ['no JSON for the order 7/8: "Login"', 200, '<form>Login</form>'],
  ['no JSON for the order 7/8: ""', 200, ''],
])('%s', async (message, status, body) => {
  await expect(leavesFrom(status, body)).rejects.toThrow(message);
});

test('a CRM that is down is said to be', async () => {
  const readBack = new ReadBack(client, `http://127.0.0.1:${await freePort()}/{order_id}`, []);
  await expect(readBack.leavesOf('1')).rejects.toThrow(/^nothing listens on 127\.0\.0\.1:\d+/);
});

test('a login and password in the address go along', async () => {
  const seen: Array<string | undefined> = [];
  const url = await startHandler((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  await new ReadBack(client, `${url.replace('http://', 'http://u:p@')}{order_id}`, []).leavesOf('1');
  expect(seen).toEqual([`Basic ${Buffer.from('u:p').toString('base64')}`]);
});

test('an order id that would lead to another place is not asked for', async () => {
  const seen: Array<string | undefined> = [];
  const url = await startHandler((request, response) => {
    seen.push(request.url);
    response.end('{}');
  });
  for (const id of ['.', '..']) {
    await expect(new ReadBack(client, `${url}orders/{order_id}`, []).leavesOf(id)).rejects.toThrow('cannot stand');
  }
  expect(seen).toEqual([]);
});

test('a document of many values is read, and one that is too large is said to be', async () => {
  expect(await leavesFrom(200, JSON.stringify(Array.from({ length: 300_000 }, () => 1)))).toHaveLength(300_000);
  await expect(leavesFrom(200, JSON.stringify('x'.repeat(2 ** 20)))).rejects.toThrow('more than 1 MiB');
});
