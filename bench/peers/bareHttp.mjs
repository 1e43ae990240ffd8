// The least that a server in Node can do: one constant answer, nothing read, nothing recorded.
import { createServer } from 'node:http';

const body = JSON.stringify({ status: 'ok', order_id: 'order-1000000001' });
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) };

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` })));
