import { type ServerResponse } from 'node:http';

/** Sends JSON that is written already. */
export function sendBody(response: ServerResponse, status: number, json: string): void {
  const body = Buffer.from(json);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': body.length,
    // What is left of a refused body would be read as the next request.
    ...(status >= 400 ? { Connection: 'close' } : {}),
  });
  response.end(body);
}

/** Sends a value as JSON. */
export const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  sendBody(response, status, JSON.stringify(value));
