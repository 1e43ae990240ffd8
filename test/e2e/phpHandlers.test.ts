import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerProblems } from '../../src/protocol/answerProblems.ts';
import { judgeAnswer } from '../../src/protocol/judgeAnswer.ts';
import { hasPhp } from '../helpers/needs.ts';
import { deliver, handlersFolder, type RunningPhp, startPhp } from '../helpers/php.ts';

type AnswerCode = keyof typeof answerProblems;

/**
 * A handler that takes longer than 5 s has no fixture: nobody should wait for it; a unit test below stands in. One that
 * gives all leads the same order is seen by many leads alone (sendManyOrders.test.ts).
 */
const withoutFixture: ReadonlySet<string> = new Set(['answer-slow', 'order-id-shared']);
const codes = (Object.keys(answerProblems) as AnswerCode[]).filter((code) => !withoutFixture.has(code));

test('every code of a bad answer has a PHP handler that makes the mistake', () => {
  const handlers = readdirSync(join(handlersFolder, 'broken')).map((file) => file.replace(/\.php$/, ''));
  expect(handlers.toSorted()).toEqual(codes.toSorted());
});

test('an answer after more than 5 s is slow, and still accepted', () => {
  const answer = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"status":"ok","order_id":"order-90"}'),
  };
  const slow = judgeAnswer('lead', { ...answer, durationMs: 5001 });
  expect(slow.problems.map(({ code, severity }) => ({ code, severity }))).toEqual([
    { code: 'answer-slow', severity: 'warning' },
  ]);
  expect(slow).toMatchObject({ verdict: 'accepted', orderId: 'order-90' });
  expect(judgeAnswer('lead', { ...answer, durationMs: 5000 }).problems).toEqual([]);
});

describe.runIf(hasPhp)('handlers in PHP (needs PHP)', { concurrent: true }, () => {
  let php: RunningPhp;
  beforeAll(async () => {
    php = await startPhp(handlersFolder);
  });
  afterAll(() => php.stop());

  // The example sends no Content-Type of its own, and PHP's is text/html: a remark, and the only one.
  test("the source document's example is accepted, with the order id that it made of the lead id", async () => {
    const { code, document } = await deliver('send-lead', `${php.url}source-example.php`, ['--id', '90']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ verdict: 'accepted', orderId: 'crm-90' });
    expect(document.problems.map((problem) => problem.code)).toEqual(['content-type']);
  });

  // json_decode('') is null, and since PHP 7.4 reading an offset of null is worth a message.
  test("the source document's example trips over a lead whose data is empty, on a server that shows errors", async () => {
    const { code, document } = await deliver('send-lead', `${php.url}source-example.php`, ['--field', 'data=']);
    expect(code).toBe(1);
    expect(document.problems.map((problem) => problem.code)).toEqual(['body-php-message', 'content-type']);
  });

  test("the source document's example knows no messages: its empty answer is accepted with a remark", async () => {
    const { code, document } = await deliver('send-message', `${php.url}source-example.php`, ['--lead-id', 'crm-90']);
    expect(code).toBe(0);
    expect(document).toMatchObject({ verdict: 'accepted', orderId: null });
    expect(document.problems.map((problem) => problem.code)).toEqual(['message-empty-body']);
  });

  test.each(codes)('a handler with the mistake %s gets this problem and no other', async (code) => {
    const url = `${php.url}broken/${code}.php`;
    const delivered = await (code === 'message-empty-body'
      ? deliver('send-message', url, ['--lead-id', '155'])
      : deliver('send-lead', url));
    const { severity } = answerProblems[code];
    const { document } = delivered;
    expect(document.problems.map((problem) => ({ code: problem.code, severity: problem.severity }))).toEqual([
      { code, severity },
    ]);
    expect(document.verdict).toBe(severity === 'error' ? 'rejected' : 'accepted');
    expect(delivered.code).toBe(severity === 'error' ? 1 : 0);
  });
});
