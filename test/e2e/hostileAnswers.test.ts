import { type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../helpers/cli.ts';
import { journalFile } from '../helpers/journalFile.ts';
import { peakMemory, tellsMemory } from '../helpers/memory.ts';
import { recordOf } from '../helpers/records.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';

const good = '{"status":"ok","order_id":"1"}';
/** Controls of both sets, a mark that reorders text, and one that is not seen. */
const evil = '\u001b[2J\u001b]0;x\u0007\u009b31m\u202eok\u200b\r';
const json = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

type Answer = (socket: Socket) => void;

const bytes =
  (head: string, body: string | Buffer): Answer =>
  (socket) =>
    void socket.end(Buffer.concat([Buffer.from(head), Buffer.from(body)]));

const withLength = (head: string, body: string | Buffer): Answer =>
  bytes(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`, body);

/** The start, and then the same without an end. */
const endless =
  (start: string, piece: string): Answer =>
  (socket) => {
    const more = piece.repeat(Math.ceil(65_536 / piece.length));
    const pump = (): void => {
      while (!socket.destroyed && socket.write(more));
    };
    socket.write(start);
    socket.on('drain', pump);
    pump();
  };

const dripping =
  (start: string, piece: string): Answer =>
  (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 50);
    socket.on('close', () => clearInterval(timer));
  };

const failure = JSON.stringify({ status: 'error', message: evil + '9'.repeat(500_000) });
const chunked = `${json}Transfer-Encoding: chunked\r\n\r\n`;

const cases: ReadonlyArray<readonly [name: string, answer: Answer, code: string]> = [
  ['a body without an end', endless(`${json}\r\n`, 'a'), 'body-too-large'],
  [
    'a gzip bomb, unasked',
    withLength(`${json}Content-Encoding: gzip\r\n`, gzipSync(Buffer.alloc(100_000_000))),
    'body-not-json',
  ],
  ['a length that is too long', bytes(`${json}Content-Length: 999\r\n\r\n`, good), 'connection-reset'],
  ['a length that is too short', bytes(`${json}Content-Length: 10\r\n\r\n`, good), 'body-not-json'],
  [
    'length and chunks',
    bytes(`${json}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`, ''),
    'answer-malformed',
  ],
  ['interim answers without an end', endless('', 'HTTP/1.1 102 P\r\n\r\n'), 'timeout'],
  ['early hints without an end', endless('', `HTTP/1.1 103 E\r\nLink: ${'x'.repeat(9000)}\r\n\r\n`), 'timeout'],
  ['a header without an end', endless(`${json}X: `, 'x'), 'answer-malformed'],
  ['headers without an end', endless(json, 'X: 1\r\n'), 'answer-malformed'],
  ['trailers without an end', endless(`${chunked}1e\r\n${good}\r\n0\r\n`, 'X: 1\r\n'), 'answer-malformed'],
  ['a chunk extension without an end', endless(`${chunked}1e;`, 'x'), 'timeout'],
  ['a status text without an end', endless('HTTP/1.1 200 ', 'x'), 'timeout'],
  ['headers that drip', dripping(json, 'X: y\r\n'), 'timeout'],
  ['a body that drips', dripping(`${json}Content-Length: 999\r\n\r\n`, ' '), 'timeout'],
  ['escapes in its status text', withLength(`HTTP/1.1 500 ${evil.trim()}\r\n`, ''), 'http-server-error'],
  [
    'a hostile Location',
    withLength(`HTTP/1.1 302 F\r\nLocation: http://a/\u202e\u0085${'z'.repeat(5000)}\r\n`, ''),
    'redirect',
  ],
  [
    'a hostile Content-Type',
    withLength(`HTTP/1.1 200 O\r\nContent-Type: \u202e\u0085${'z'.repeat(5000)}\r\n`, good),
    'content-type',
  ],
  ['a hostile message of half a megabyte', withLength(json, failure), 'status-not-ok'],
  ['a hostile status', withLength(json, JSON.stringify({ status: evil.repeat(9000), order_id: 1 })), 'status-not-ok'],
  ['a body that is no text', withLength(json, Buffer.from([0xff, 0x9b, 0x80, 0x1b, 0x5b])), 'body-not-utf8'],
  ['__proto__ in its JSON', withLength(json, `{"__proto__":${good},"constructor":1}`), 'status-missing'],
];

const controls = /[^\P{Cc}\n]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

const serveAnswer = async (answer: Answer): Promise<string> => {
  const port = await startTcpServer((socket) => socket.once('data', () => answer(socket)));
  return `http://127.0.0.1:${port}/`;
};

/** Runs the program, and looks at its time, its memory and all that it says. */
async function runBounded(args: readonly string[]): Promise<{ code: number | null; out: string }> {
  const start = performance.now();
  const program = startProgram(args);
  let peak = 0;
  const look = (): void => {
    try {
      peak = Math.max(peak, tellsMemory ? peakMemory(program.pid) || 0 : 0);
    } catch {
      // It has just ended.
    }
  };
  const timer = setInterval(look, 20);
  const code = await program.ended;
  clearInterval(timer);
  const out = program.stdout() + program.stderr();
  expect(out).not.toMatch(controls);
  expect(out.length).toBeLessThan(100_000);
  expect(peak).toBeLessThan(250);
  expect(performance.now() - start).toBeLessThan(15_000);
  return { code, out };
}

describe('a handler that answers with', () => {
  it.each(cases)('%s gets send-lead to its end, with a code', async (_name, answer, code) => {
    const url = await serveAnswer(answer);
    const call = ['send-lead', '--url', url, '--timeout', '1s'];
    const human = await runBounded(call);
    expect(human.out).toContain(code);
    expect([0, 1, 3]).toContain(human.code);
    const documented = await runBounded([...call, '--json']);
    const { problems } = JSON.parse(documented.out) as { problems: Array<{ code: string }> };
    expect(problems.map((problem) => problem.code)).toContain(code);
    // The lanes of many leads read answers in their own way.
    const many = await runBounded([...call, '--count', '2', '--json']);
    expect(many.out).toContain(`"${code}"`);
  });

  it('an order_id of half a megabyte with escapes is accepted, and shown cut and clean', async () => {
    const url = await serveAnswer(
      withLength(json, JSON.stringify({ status: 'ok', order_id: evil + '9'.repeat(500_000) })),
    );
    for (const args of [[], ['--json'], ['--count', '2'], ['--count', '2', '--json']]) {
      const { code, out } = await runBounded(['send-lead', '--url', url, ...args]);
      expect(code).toBe(0);
      expect(out).not.toContain('9'.repeat(2001));
    }
    const file = await journalFile([recordOf('/?action=lead&id=1', { seq: 1 })]);
    for (const args of [[], ['--json']]) {
      const { code, out } = await runBounded(['replay', file, '--url', url, ...args]);
      expect(code).toBe(0);
      expect(out).not.toContain('9'.repeat(201));
    }
  });

  it('anything of these gets check to its end', async () => {
    let turn = 0;
    // Those that take all of their time would make it long.
    const quick = cases.filter(([, , code]) => code !== 'timeout');
    const url = await serveAnswer((socket) => {
      turn += 1;
      quick[turn % quick.length]?.[1](socket);
    });
    const { code } = await runBounded(['check', url, '--timeout', '1s']);
    expect([1, 3]).toContain(code);
  });
});
