import { fdatasync, openSync, write } from 'node:fs';
import { createServer } from 'node:http';

/**
 * The least that records before it answers: splits and decodes the query, and gathers lines for one write and one
 * fdatasync in flight, as serve does (src/journal/gathering.ts). No tokens, no masks, no findings, no page: what serve
 * does is paid on top of this. Takes the file to append to; prints its address.
 */
const file = openSync(process.argv[2], 'a');
let seq = 0;
let lines = '';
let waiting = [];
let isWriting = false;
let expected = 0;
let gathering;

const fail = (error) => {
  if (error) throw error;
};

function commit() {
  clearTimeout(gathering);
  gathering = undefined;
  isWriting = waiting.length > 0;
  if (!isWriting) return;
  const begin = performance.now();
  const bytes = Buffer.from(lines);
  const answered = waiting;
  lines = '';
  waiting = [];
  write(file, bytes, (writeError) => {
    fail(writeError);
    fdatasync(file, (syncError) => {
      fail(syncError);
      for (const { response, body } of answered) {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
      }
      expected = answered.length + waiting.length;
      gathering = setTimeout(commit, Math.min(10, performance.now() - begin));
    });
  });
}

const server = createServer(({ method, url, rawHeaders, socket }, response) => {
  const parameters = {};
  for (const piece of url.slice(url.indexOf('?') + 1).split('&')) {
    const [name, value = ''] = piece.split('=');
    parameters[name] = value.includes('%') ? decodeURIComponent(value) : value;
  }
  seq += 1;
  const receivedAt = new Date().toISOString();
  const { remoteAddress: remote } = socket;
  lines += `${JSON.stringify({ v: 1, seq, receivedAt, remote, method, target: url, headers: rawHeaders, parameters })}\n`;
  waiting.push({ response, body: JSON.stringify({ status: 'ok', order_id: parameters.id ?? '' }) });
  if (!isWriting || (gathering && waiting.length >= expected)) commit();
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` })));
