import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';

/**
 * A handler that gives every request the same good answer, but for the order, for no two leads may have one: `http` with
 * node:http, as handlers are written; `raw` without reading more than where a request ends, to leave the limit to whoever
 * calls it. Prints its address.
 */
const prefix = '{"status":"ok","order_id":"';
const suffix = '"}';
const firstOrder = 1_000_000_000;
const length = prefix.length + String(firstOrder).length + suffix.length;
const headers = { 'Content-Type': 'application/json', 'Content-Length': length };
const head = ['HTTP/1.1 200 OK', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''];
const answerPrefix = head.join('\r\n') + prefix;
let order = firstOrder;
const nextOrder = () => (order += 1);

function onSocket(socket) {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  let rest = '';
  socket.on('data', (chunk) => {
    const requests = (rest + chunk.toString('latin1')).split('\r\n\r\n');
    rest = requests.pop();
    for (const _ of requests) socket.write(answerPrefix + nextOrder() + suffix, 'latin1');
  });
}

const servers = {
  http: () =>
    createServer((_request, response) => {
      response.writeHead(200, headers).end(prefix + nextOrder() + suffix);
    }),
  raw: () => createTcpServer(onSocket),
};
const server = servers[process.argv[2]]();
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
