import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/conformance/checks.ts';
import { type FindingDocument, findingsOf, idsOf, runCheck, runCheckHere } from '../helpers/check.ts';
import { signToken } from '../../src/protocol/token.ts';
import { hasPhp } from '../helpers/needs.ts';
import { handlersFolder } from '../helpers/php.ts';
import { type Shop, shopEnv, shopUser, startShop } from '../helpers/shop.ts';
import { startTcpServer } from '../helpers/tcpServer.ts';
import { checkOf, failsOf, receivedOf, showsOrders, wrongHandlers } from './wrongHandlers.ts';

/** No file makes these mistakes: nothing listens, or a server closes the connection. See checkStops.test.ts. */
const withoutFile = ['contact-answers'];

/** PHP takes requests one by one in each process, so this one needs two processes, and a certain distribution. */
const needsTwoServers = 'idempotent-at-once';

test('every check has a handler with the mistake that it finds, and every handler has its check', () => {
  const found = wrongHandlers.map((handler) => checkOf(handler) ?? handler);
  expect(new Set([...found, ...withoutFile])).toEqual(new Set(Object.keys(checks)));
});

test('what else is said of handlers here is said of handlers that are there', () => {
  for (const name of [...Object.keys(failsOf), ...Object.keys(receivedOf)]) expect(wrongHandlers).toContain(name);
});

test('it is said of every text handler what its check finds', () => {
  const silent = wrongHandlers.filter((name) => name.startsWith('text-') && !(name in receivedOf));
  expect(silent).toEqual([]);
});

test.each(wrongHandlers)('%s.php says in its first line which mistake it makes', async (handler) => {
  const code = await readFile(join(handlersFolder, 'wrong', `${handler}.php`), 'utf8');
  expect(code).toMatch(/^<\?php\n\n\/\/ Mistake: .+\.\n/);
});

/** Command-line arguments that a check of this handler needs. */
function argumentsFor(handler: string, base: string, shop: Shop): string[] {
  const readBack = showsOrders.includes(handler) ? `${base}${handler}.php?order_id={order_id}` : shop.readBack(handler);
  // The handler takes 60 ms or more on any machine; others have 5 s.
  const latency = handler === 'answer-latency' ? ['--max-latency', '30ms'] : [];
  return [...shopUser, '--read-back', readBack, ...latency];
}

/** The token of these credentials. It must not be shown. */
const secretToken = signToken({ user: 'demouser', password: 'secret' });

/** Whether a finding says all that there is to say, and no secret. */
function isWhole({ sent, expected, received, reproduction }: FindingDocument): boolean {
  const isShown = `${received}${reproduction.join('')}`.includes(secretToken);
  return sent.length > 0 && expected !== '' && received !== '' && reproduction.some(isCurl) && !isShown;
}

const isCurl = (line: string): boolean => line.startsWith('curl -gsSi ');

/**
 * Checks a handler in all, and then with --strict for the check of its name alone. A handler for each check is checked
 * by the built program.
 */
async function outcomesOf(handler: string, shop: Shop, base = shop.url) {
  const id = checkOf(handler) ?? '';
  const url = `${base}${handler}.php`;
  const args = argumentsFor(handler, base, shop);
  const checked = await (handler === id ? runCheck : runCheckHere)(url, args, { env: shopEnv });
  const findings = findingsOf(checked, id);
  const alone = await runCheckHere(url, [...args, '--only', id, '--strict'], { env: shopEnv });
  return {
    failed: idsOf(checked, 'failed').toSorted(),
    code: checked.code,
    received: findings[0]?.received,
    notWhole: checked.document.checks.flatMap((check) => check.findings).filter((finding) => !isWhole(finding)),
    alone: alone.document.checks.map((check) => [check.id, check.outcome]),
    strictCode: alone.code,
  };
}

function expectedOf(handler: string) {
  const id = checkOf(handler) ?? 'contact-answers';
  const failed = failsOf[handler] ?? [id];
  return {
    failed: failed.toSorted(),
    code: failed.some((one) => checks[one].level === 'MUST') ? 1 : 0,
    received: expect.stringMatching(receivedOf[handler] ?? /./) as string,
    notWhole: [],
    alone: [[id, 'failed']],
    strictCode: checks[id].level === 'MAY' ? 0 : 1,
  };
}

describe.runIf(hasPhp)('check of handlers in PHP (needs PHP)', { timeout: 120_000 }, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop({ workers: 4 });
  });
  afterAll(() => shop.stop());

  test('a right handler passes every check', async () => {
    const args = [...shopUser, '--strict', '--read-back', shop.readBack('good')];
    const checked = await runCheck(`${shop.url}parts/good.php`, args, { env: shopEnv });
    expect(idsOf(checked, 'passed')).toEqual(Object.keys(checks));
    expect(checked).toMatchObject({ code: 0, document: { verdict: 'passed', stopped: null } });
  });

  test(`${needsTwoServers}.php fails that check alone`, async () => {
    const other = await startShop({ orders: shop.orders });
    let connections = 0;
    // Connections go to one and the other in turn: two at once never wait for each other.
    const port = await startTcpServer((socket) => {
      const { port: target } = new URL((connections % 2 === 0 ? shop : other).url);
      connections += 1;
      const forward = connect(Number(target), '127.0.0.1');
      forward.on('error', () => socket.destroy());
      socket.pipe(forward).pipe(socket);
    });
    try {
      const outcomes = await outcomesOf(needsTwoServers, shop, `http://127.0.0.1:${port}/wrong/`);
      expect(outcomes).toEqual(expectedOf(needsTwoServers));
    } finally {
      await other.stop();
    }
  });

  test.each([
    ['answer-no-redirect', 'contact-right-token', 'the plain lead fails for another reason than its token'],
    ['answer-no-redirect', 'contact-read-back', 'there is no order to read back'],
    ['answer-no-redirect', 'answer-http-200', 'it redirects: see answer-no-redirect'],
    ['answer-no-redirect', 'answer-json', 'the plain lead is not answered with success'],
    ['answer-no-redirect', 'answer-status-ok', 'the answer to the plain lead has no JSON object'],
    ['answer-status-ok', 'answer-order-id', 'the answer to the plain lead does not say ok'],
    ['answer-status-ok', 'answer-form', 'it is refused as the plain lead is: status-not-ok'],
    ['answer-status-ok', 'auth-swapped', 'the run ended before'],
    ['answer-status-ok', 'text-yo', 'it is refused as the plain lead is: status-not-ok'],
    ['answer-order-id', 'answer-own-order', 'the leads got no order_id'],
    ['answer-order-id', 'answer-message', 'the plain lead got no order_id to write a message for'],
    ['answer-order-id', 'answer-message-json', 'the plain lead got no order_id to write a message for'],
    ['answer-order-id', 'auth-message', 'the plain lead got no order_id to write a message for'],
    ['answer-order-id', 'idempotent-twice', 'the lead got no order_id'],
    ['answer-message', 'answer-message-json', 'the message is refused'],
    ['answer-json-notice', 'robust-data-nested', 'it breaks as it does on the plain lead'],
  ])('what %s.php gives no answer to is left open: %s', async (handler, id, reason) => {
    const args = [...argumentsFor(handler, shop.url, shop), '--only', id];
    const { code, document } = await runCheckHere(`${shop.url}${handler}.php`, args, { env: shopEnv });
    expect(document.checks).toMatchObject([{ id, outcome: 'skipped', reason, findings: [] }]);
    // What shows nothing has not passed.
    expect({ code, verdict: document.verdict }).toEqual({ code: 1, verdict: 'failed' });
  });

  describe('each with one mistake', { concurrent: true }, () => {
    test.each(wrongHandlers.filter((name) => name !== needsTwoServers))(
      '%s.php fails the check of its name',
      async (handler) => {
        expect(await outcomesOf(handler, shop)).toEqual(expectedOf(handler));
      },
    );
  });
});
