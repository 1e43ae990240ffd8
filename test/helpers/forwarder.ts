import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { Forwarder, type ForwarderOptions } from '../../src/client/forwarder.ts';
import { type PassedRequest, type PassOutcome } from '../../src/protocol/passOn.ts';
import { directWithin } from './caller.ts';
import { type RunningServer, startServer } from './webhookServer.ts';

/** A forwarder to this handler; closed when the test ends. */
export function makeForwarder(handler: string, options: Partial<ForwarderOptions> = {}): Forwarder {
  const forwarder = new Forwarder({
    handler: new URL(handler),
    messageHandler: undefined,
    ...directWithin(5000),
    ...options,
  });
  onTestFinished(() => forwarder.close());
  return forwarder;
}

/** A lead that came in, with the given facts in their places. */
export function passedRequest(facts: Partial<PassedRequest> = {}): PassedRequest {
  return {
    method: 'GET',
    target: '/?user=&token=x&action=lead&id=90',
    headers: [['Host', 'hook.example']],
    body: undefined,
    action: 'lead',
    via: 'roistat-hook-0badcafe',
    ...facts,
  };
}

/** Passes a lead with the given facts on to this handler. */
export const passTo = (
  handler: string,
  facts: Partial<PassedRequest> = {},
  options: Partial<ForwarderOptions> = {},
): Promise<PassOutcome> => makeForwarder(handler, options).passOn(passedRequest(facts), new AbortController().signal);

/** A server that passes everything on to this handler, which gets two seconds. */
export function startForwarding(
  handler: string,
  options: Parameters<typeof startServer>[0] = {},
): Promise<RunningServer> {
  const forwarder = makeForwarder(handler, { timeoutMs: 2000 });
  return startServer({ passOn: (request, stop) => forwarder.passOn(request, stop), ...options });
}

/** Sends bytes, and resolves with the first answer that is complete, head and body by Content-Length. */
export async function exchange(port: number, bytes: string | Buffer): Promise<{ head: string; body: Buffer }> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(bytes);
  let all = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    all = Buffer.concat([all, chunk]);
    const end = all.indexOf('\r\n\r\n');
    const head = all.subarray(0, Math.max(end, 0)).toString('latin1');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (end >= 0 && all.length >= end + 4 + length) return { head, body: all.subarray(end + 4) };
  }
  throw new Error(`no answer: ${all.toString('latin1')}`);
}

/** What the server recorded first. */
export const firstRecord = async (server: RunningServer): Promise<JournalRecord> => {
  const [record] = await server.records();
  if (!record) throw new Error('nothing was recorded');
  return record;
};
