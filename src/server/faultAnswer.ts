import { type Decision, errorBody } from './decideAnswer.ts';
import { type FaultKind } from './faults.ts';
import { jsonAnswer, type OutgoingAnswer } from './sendAnswer.ts';

const page = `<!DOCTYPE html>
<html><head><title>503 Service Temporarily Unavailable</title></head>
<body><h1>The shop is closed for maintenance</h1></body></html>
`;

function otherAnswer(status: number, headers: OutgoingAnswer['headers'], body: string): OutgoingAnswer {
  return { status, headers: [...headers, ['Content-Length', String(Buffer.byteLength(body))]], body };
}

/**
 * Whether the fault means something for the decided answer: an order id is left out only where there is one, for the
 * right answer to a message has none either.
 */
export function isPossible(kind: FaultKind, { orderId }: Decision): boolean {
  return kind !== 'no-order-id' || orderId !== null;
}

/** The answer that goes wrong in place of the decided one. */
export function faultAnswer(kind: Exclude<FaultKind, 'slow' | 'reset'>, decision: Decision): OutgoingAnswer {
  switch (kind) {
    case 'error-status':
      return jsonAnswer({ status: 200, body: errorBody('the fault error-status was asked for') });
    case 'no-order-id':
      return jsonAnswer({ status: 200, body: JSON.stringify({ status: 'ok' }) });
    case 'bad-json':
      // As a script that runs out of memory or time leaves it.
      return jsonAnswer({ status: 200, body: decision.body.slice(0, -2) });
    case 'html':
      return otherAnswer(200, [['Content-Type', 'text/html; charset=utf-8']], page);
    case 'http-500':
      return jsonAnswer({ status: 500, body: errorBody('the fault http-500 was asked for') });
    case 'redirect':
      return otherAnswer(302, [['Location', '/login']], '');
  }
}
