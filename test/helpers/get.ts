import { Agent, request } from 'node:http';
import { onTestFinished } from 'vitest';

export interface Answer {
  readonly status: number;
  /** The body, read as JSON. */
  readonly json: { readonly status?: unknown; readonly order_id?: unknown };
}

/**
 * A caller with one connection that it keeps open. Rejects when the connection breaks before the answer is complete:
 * then the caller knows nothing.
 */
export function keepAliveCaller(): (url: string) => Promise<Answer> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return (url) =>
    new Promise((resolve, reject) => {
      const call = request(url, { agent }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, json: JSON.parse(body) as Answer['json'] });
        });
      });
      call.once('error', reject);
      call.end();
    });
}
