import { passed, skipped, type Verdict, verdictOf } from './check.ts';
import { type Exchange } from './exchange.ts';
import { describeErrors, errorsOf } from './describeAnswer.ts';
import { type Probe } from './probe.ts';

/**
 * Judges a call that has to be accepted. What is wrong with every answer has checks of its own, so only what the plain
 * lead does not show counts here.
 */
export async function likeTheReference(
  probe: Probe,
  exchange: Exchange,
  expected = 'HTTP 200 and {"status":"ok","order_id":"…"}',
): Promise<Verdict> {
  if (exchange.verdict === 'accepted') return passed;
  const reference = await probe.reference();
  const known = new Set(errorsOf(reference).map(({ code }) => code));
  const own = errorsOf(exchange).filter(({ code }) => !known.has(code));
  if (own.length === 0) return skipped(`it is refused as the plain lead is: ${[...known].join(', ')}`);
  return verdictOf([{ expected, received: describeErrors(exchange), exchanges: [exchange] }]);
}
