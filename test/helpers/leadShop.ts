import { EventEmitter, once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { startHandler } from './handler.ts';

/** The parameters of a request by name. */
export type LeadValues = Readonly<Record<string, string>>;

/**
 * A handler that keeps what came. `answer` gives the order id, an empty one for a failure, and undefined to hold the
 * answer back until `release`; it is told the parameters, and how many came.
 */
export async function startLeadShop(
  answer: (parameters: LeadValues, count: number) => string | undefined = (_parameters, count) => `order-${count}`,
) {
  const leads: LeadValues[] = [];
  const held: ServerResponse[] = [];
  const arrivals = new EventEmitter().setMaxListeners(0);
  const url = await startHandler((request: IncomingMessage, response) => {
    const parameters = parseTarget(request.url ?? '').parameters;
    leads.push(parameters);
    arrivals.emit('one');
    const orderId = answer(parameters, leads.length);
    response.setHeader('Content-Type', 'application/json');
    if (orderId === undefined) held.push(response);
    else if (orderId === '') response.end(`{"status":"error","message":"no ${parameters['token']}"}`);
    else response.end(`{"status":"ok","order_id":"${orderId}"}`);
  });
  const came = async (count: number): Promise<void> => {
    while (leads.length < count) await once(arrivals, 'one');
  };
  const release = (): void =>
    held.forEach((response, index) => response.end(`{"status":"ok","order_id":"late-${index}"}`));
  return { url, leads, came, release };
}
