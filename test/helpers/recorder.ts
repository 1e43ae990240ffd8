import { request } from 'node:http';
import { startHandler } from './handler.ts';

export interface Recorder {
  readonly url: string;
  /** Request targets in the order in which they came. */
  readonly targets: string[];
}

/** Stands before a handler, and records the request targets; closed when the test ends. */
export async function startRecorder(handler: string): Promise<Recorder> {
  const targets: string[] = [];
  const url = await startHandler((incoming, answer) => {
    targets.push(incoming.url ?? '');
    const forward = request(new URL(incoming.url ?? '', handler), (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    forward.on('error', () => answer.destroy());
    forward.end();
  });
  return { url, targets };
}
