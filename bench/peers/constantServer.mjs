import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';

/**
 * A handler that gives every request the same good answer: `http` with node:http, as handlers are written; `raw` without
 * reading more than where a request ends, to leave the limit to whoever calls it. Prints its address.
 */
const body = '{"status":"ok","order_id":"155"}';
const head = ['HTTP/1.1 200 OK', 'Content-Type: application/json', `Content-Length: ${body.length}`];
const answer = Buffer.from([...head, '', body].join('\r\n'));

function onSocket(socket) {
  socket.setNoDelay(true);
  socket.on('error', () => {});
  let rest = '';
  socket.on('data', (chunk) => {
    const requests = (rest + chunk.toString('latin1')).split('\r\n\r\n');
    rest = requests.pop();
    for (const _ of requests) socket.write(answer);
  });
}

const servers = {
  http: () =>
    createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
    }),
  raw: () => createTcpServer(onSocket),
};
const server = servers[process.argv[2]]();
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
