import { describe, expect, test } from 'vitest';
import { type CheckId, checks } from '../../src/conformance/checks.ts';
import { firstDifference } from '../../src/conformance/firstDifference.ts';
import { planOf } from '../../src/conformance/runSuite.ts';
import { countResults, type CheckResult } from '../../src/conformance/suiteResult.ts';

const webhook = new URL('http://127.0.0.1/crm.php?key=1');
const messageWebhook = new URL('http://127.0.0.1/messages.php');

const leadsOf = (...ids: CheckId[]): number => planOf({ ids, marker: 'm', webhook, messageWebhook }).leads;

describe('planOf', () => {
  test('repeats what is going to be done', () => {
    expect(planOf({ ids: ['text-yo'], marker: 'm', webhook, messageWebhook })).toEqual({
      ids: ['text-yo'],
      leads: 1,
      marker: 'm',
      url: 'http://127.0.0.1/crm.php?key=1',
      messageUrl: 'http://127.0.0.1/messages.php',
    });
  });

  test('counts the plain lead once, when a check needs it', () => {
    expect(leadsOf('text-yo', 'answer-latency')).toBe(2);
    expect(leadsOf('contact-answers', 'answer-json', 'auth-swapped')).toBe(1);
    expect(leadsOf('contact-answers', 'answer-own-order', 'text-yo')).toBe(5);
    expect(leadsOf()).toBe(0);
  });

  test('counts what all checks make together', () => {
    const ids = Object.keys(checks) as CheckId[];
    const sum = ids.reduce((leads, id) => leads + checks[id].leads, 0);
    expect(leadsOf(...ids)).toBe(sum + 1);
  });
});

test('countResults counts failures by level', () => {
  const findings = [{ expected: 'x', received: 'y', exchanges: [] }] as const;
  const common = { requests: 1, durationMs: 1 };
  const results: CheckResult[] = [
    { id: 'contact-answers', level: 'MUST', outcome: 'passed', ...common },
    { id: 'answer-json', level: 'MUST', outcome: 'failed', findings, ...common },
    { id: 'answer-http-200', level: 'MUST', outcome: 'failed', findings, ...common },
    { id: 'answer-latency', level: 'SHOULD', outcome: 'failed', findings, ...common },
    { id: 'answer-message-json', level: 'MAY', outcome: 'failed', findings, ...common },
    { id: 'contact-read-back', level: 'MUST', outcome: 'skipped', reason: 'z', ...common },
  ];
  expect(countResults(results)).toEqual({ passed: 1, must: 2, should: 1, may: 1, skipped: 1 });
});

describe('firstDifference', () => {
  test('shows short texts from their beginning', () => {
    expect(firstDifference('ёлка', 'елка')).toEqual(['ёлка', 'елка']);
    expect(firstDifference('ёлка', '')).toEqual(['ёлка', '']);
  });

  test('shows long texts from shortly before the place in which they differ', () => {
    const same = 'а'.repeat(100);
    expect(firstDifference(`${same}+7`, `${same} 7`)).toEqual([`…${'а'.repeat(20)}+7`, `…${'а'.repeat(20)} 7`]);
    expect(firstDifference(`${same}${same}`, same)).toEqual([`…${'а'.repeat(58)}…`, `…${'а'.repeat(20)}`]);
  });

  test('splits no character', () => {
    const [one, other] = firstDifference(`x${'😀'.repeat(50)}`, `x${'😀'.repeat(40)}?`);
    expect([one.isWellFormed(), other.isWellFormed()]).toEqual([true, true]);
  });
});
