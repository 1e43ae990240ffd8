import { startTcpServer } from './tcpServer.ts';

export interface RawRequest {
  /** The first line without its end, one byte a character (latin1). */
  readonly line: string;
  /** Header lines in order. */
  readonly headers: readonly string[];
  readonly body: string;
}

export interface RawHandler {
  readonly port: number;
  readonly url: string;
  /** What came in, in order, as bytes: nothing between the socket and here reads or mends it. */
  readonly requests: RawRequest[];
}

/** A handler that keeps the bytes of each request, and answers with the given body; closed when the test ends. */
export async function startRawHandler(answer = '{"status":"ok","order_id":"12345"}'): Promise<RawHandler> {
  const requests: RawRequest[] = [];
  const port = await startTcpServer((socket) => {
    let bytes = '';
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [line = '', ...headers] = bytes.slice(0, end).split('\r\n');
      const length = headers.map((header) => /^content-length: (\d+)$/i.exec(header)?.[1]).find(Boolean) ?? '0';
      const body = bytes.slice(end + 4);
      if (body.length < Number(length)) return;
      bytes = '';
      requests.push({ line, headers, body });
      const head = `content-type: application/json\r\ncontent-length: ${answer.length}`;
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${answer}`);
    });
  });
  return { port, url: `http://127.0.0.1:${port}/`, requests };
}
