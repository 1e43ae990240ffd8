import { excerpt } from '../../protocol/excerpt.ts';
import { type Check, passed, skipped, type Verdict, verdictOf } from '../check.ts';
import { type Exchange } from '../exchange.ts';
import { describeAnswer } from '../describeAnswer.ts';
import { type Probe } from '../probe.ts';

function nameOfOrder(exchange: Exchange): string {
  const { orderId } = exchange;
  return orderId === undefined ? `none (${describeAnswer(exchange)})` : `order_id "${excerpt(orderId, 60)}"`;
}

function judge([first, second]: readonly [Exchange, Exchange], atOnce: boolean): Verdict {
  if (first.orderId === undefined && second.orderId === undefined) return skipped('the lead got no order_id');
  if (first.orderId === second.orderId) return passed;
  const received = [first, second].map(nameOfOrder).join(atOnce ? ' and ' : ', then ');
  return verdictOf([{ expected: 'the same order_id both times', received, exchanges: [first, second], atOnce }]);
}

async function twiceInARow(probe: Probe): Promise<Verdict> {
  const values = probe.plainLead();
  const first = await probe.send('a lead', values);
  return judge([first, await probe.send('the same lead again', values)], false);
}

/** Whether two requests meet within a handler is a matter of luck, so there are several pairs. */
const pairsAtOnce = 3;

async function twiceAtOnce(probe: Probe): Promise<Verdict> {
  let verdict = passed;
  for (let pair = 0; pair < pairsAtOnce && verdict.outcome === 'passed'; pair += 1) {
    const values = probe.plainLead();
    verdict = judge(
      await Promise.all([probe.send('a lead', values), probe.send('the same lead at the same time', values)]),
      true,
    );
  }
  return verdict;
}

const means = 'The client is counted twice: two orders, twice the revenue in reports, and two managers who call.';

/** Whether and when Roistat sends a lead again is not known; people who press a button twice do. */
export const idempotencyChecks = {
  'idempotent-twice': {
    level: 'SHOULD',
    title: 'SHOULD give the same lead the same order',
    sends: 'One lead twice, one after another, with the same id.',
    means,
    mend: 'Keep the id of the lead with the order, look for it before you create one, and answer the order that is there.',
    leads: 1,
    usesReference: false,
    run: twiceInARow,
  },
  'idempotent-at-once': {
    level: 'SHOULD',
    title: 'SHOULD give the same lead the same order when it comes twice at once',
    sends:
      'Three leads, each of them twice at the same time. A server that takes one request at a time, as php -S does, cannot fail it.',
    means,
    mend: 'Let the database decide: a UNIQUE index on the id of the lead, INSERT, and on a duplicate SELECT the order that is there.',
    leads: pairsAtOnce,
    usesReference: false,
    run: twiceAtOnce,
  },
} as const satisfies Record<string, Check>;
