import { describe, expect, it } from 'vitest';
import { type Delivery } from '../../../src/client/delivery.ts';
import { ReplayTally } from '../../../src/client/replayTally.ts';
import { judgeAnswer } from '../../../src/protocol/judgeAnswer.ts';
import { progressText } from '../../../src/report/replay/progressText.ts';
import { replayReporters } from '../../../src/report/replay/replayReporters.ts';
import { type Replayed } from '../../../src/report/replay/shownReplay.ts';
import { makeStyle } from '../../../src/report/style.ts';
import { recordOf } from '../../helpers/records.ts';

const style = makeStyle({ colourLevel: 0, columns: 80 });
const open = makeStyle({ colourLevel: 0, columns: 80, showPii: true, showSecrets: true });
const token = '46c48bec0d282018b9d167eef7711b2c';

/** A lead whose handler answers with this status and body. */
function replayed(body: string, status = 200, differences?: Replayed['differences']): Replayed {
  const headers = { 'content-type': 'application/json' };
  const answer = { status, headers, body: Buffer.from(body), durationMs: 12.3456 };
  const delivery: Delivery = {
    action: 'lead',
    ...judgeAnswer('lead', answer),
    request: {
      url: `http://127.0.0.1/?token=${token}&action=lead`,
      token,
      headers: [['Cookie', 'c4nary-cookie']],
      insecure: false,
      cacert: undefined,
      proxy: undefined,
      parameters: [],
      targetBytes: 50,
    },
    answer,
  };
  return { record: recordOf('/?action=lead&id=90', { seq: 7 }), resent: { kind: 'delivery', delivery }, differences };
}

const garbage: Replayed = {
  record: recordOf('', { method: null, target: null, action: null, parameters: {} }),
  resent: { kind: 'unsendable', code: 'not-a-request', reason: 'what came in\u001b[31m was no HTTP request' },
  differences: undefined,
};

describe('the lines of a replay', () => {
  it('say what came back, and what differs', () => {
    const differences = [
      { path: 'status', recorded: '200', now: '201' },
      { path: 'body.status', recorded: '"ok"', now: undefined },
      { path: 'body.order_id', recorded: '"order-90"', now: '"12345"' },
      { path: 'body', recorded: '"a"', now: '"b"' },
    ];
    const text = replayReporters
      .human()
      .replayed(replayed('{"status":"ok","order_id":"12345"}', 200, differences), style);
    expect(text.split('\n')).toEqual([
      '✓ #7    lead 90       200  order_id 12345  12 ms',
      '    status: 200 → 201',
      '    body.status: "ok" → (nothing)',
      '    order_id: "order-90" → "12345"',
      '    body: "a" → "b"',
      '',
    ]);
  });

  it('are whole in a pipe', () => {
    const orderId = `order-${'7'.repeat(34)}`;
    const lead = { ...replayed('', 500), record: recordOf(`/?action=lead&id=${orderId}`, { seq: 7 }) };
    const pipe = { ...style, lineColumns: Number.POSITIVE_INFINITY };
    const [line = ''] = replayReporters.human().replayed(lead, pipe).split('\n');
    expect(line).toMatch(new RegExp(`^✗ #7    lead ${orderId}  500  12 ms  http-server-error$`));
    expect(line.length).toBeGreaterThan(80);
    const [narrow = ''] = replayReporters.human().replayed(lead, style).split('\n');
    expect(narrow).toContain(`lead ${orderId.slice(0, 19)}…  500`);
  });

  it('show a few of many differences', () => {
    const many = Array.from({ length: 8 }, (_, index) => ({ path: `body.k${index}`, recorded: '1', now: '2' }));
    expect(replayReporters.human().replayed(replayed('{}', 200, many), style)).toContain('    … 3 more\n');
  });

  it('say why a record was not sent, safe for a terminal', () => {
    const text = replayReporters.human().replayed(garbage, style);
    expect(text).toBe(
      String.raw`- #1    no request    not sent again: what came in\u001b[31m was no HTTP request` + '\n',
    );
  });

  it('have no secrets, no personal data and no controls, in either form', () => {
    const hostile = `${token} c4nary-cookie +79990001122 a@b.ru \u001b[31m`;
    const body = JSON.stringify({ status: 'error', message: hostile });
    const differences = [{ path: `body.${hostile}`, recorded: hostile, now: hostile }];
    for (const make of [replayReporters.human, replayReporters.json]) {
      const text = make().replayed(replayed(body, 200, differences), style);
      expect(text).not.toMatch(/46c48bec|c4nary|\+79990001122|a@b\.ru/);
      expect(text).not.toContain('\u001b');
      expect(make().replayed(replayed(body, 200, differences), open)).toContain(token);
    }
  });

  it('take no time for a body, which they do not show', () => {
    const { record, resent, differences } = replayed('{"status":"ok","order_id":5}');
    if (resent.kind !== 'delivery') throw new Error('it was sent');
    const request = Object.defineProperty({ ...resent.delivery.request }, 'body', {
      get: () => expect.unreachable('the body was looked at'),
    });
    const sent: Replayed = { record, resent: { ...resent, delivery: { ...resent.delivery, request } }, differences };
    expect(replayReporters.human().replayed(sent, style)).toContain('lead 90');
  });

  it('are one JSON document each', () => {
    const line = replayReporters.json().replayed(replayed('{"status":"ok","order_id":5}', 200, 'incomparable'), style);
    expect(JSON.parse(line)).toEqual({
      type: 'exchange',
      run: '0badcafe',
      seq: 7,
      receivedAt: '2026-11-22T10:00:00.000Z',
      action: 'lead',
      id: '90',
      verdict: 'accepted',
      status: 200,
      orderId: '5',
      durationMs: 12.346,
      problems: [],
      differences: null,
    });
    expect(JSON.parse(replayReporters.json().replayed(garbage, style))).toMatchObject({
      verdict: 'skipped',
      status: null,
    });
  });
});

describe('the summary', () => {
  const tally = new ReplayTally();
  tally.add(replayed('{"status":"ok","order_id":5}').resent, { paths: ['body.a', 'body.a', 'status'] });
  tally.add(replayed('{"status":"ok","order_id":5}').resent, { paths: [] });
  tally.add(replayed('oops', 500).resent, 'incomparable');
  tally.add(garbage.resent, undefined);
  const summary = { tally, end: 'interrupted' as const, resumeAfter: 'a:7', durationMs: 1234, isDryRun: false };

  it('counts', () => {
    expect(replayReporters.human().summary(summary, style).split('\n')).toEqual([
      '',
      '✗ interrupted: 3 requests in 1.2 s, 2 accepted, 1 rejected, 1 not sent again',
      '  (not-a-request ×1)',
      '  Problems  http-server-error ×1',
      '  Answers   p50 12 ms, max 12 ms',
      '  Differ    1: a ×1, status ×1',
      '  1 record without an answer to compare with',
      '',
    ]);
    expect(replayReporters.human().summary({ ...summary, end: 'done' }, style)).toContain('✗ 3 requests');
    expect(replayReporters.human().summary({ ...summary, isDryRun: true }, style)).toBe('');
  });

  it('is a JSON document', () => {
    expect(JSON.parse(replayReporters.json().summary(summary, style))).toEqual({
      type: 'summary',
      end: 'interrupted',
      sent: 3,
      accepted: 2,
      rejected: 1,
      unreachable: 0,
      notSent: 0,
      skipped: 1,
      problems: { 'http-server-error': 1 },
      skippedReasons: { 'not-a-request': 1 },
      different: 1,
      incomparable: 1,
      differences: { 'body.a': 1, status: 1 },
      p50Ms: expect.any(Number),
      maxMs: 12.346,
      durationMs: 1234,
      resumeAfter: 'a:7',
    });
  });

  it('has a progress that fits the terminal', () => {
    const progress = { tally, total: 8, elapsedMs: 2000, next: { seq: 9, inMs: 61_000 } };
    expect(progressText(progress, style)).toBe('██████████░░░░░░░░░░ 4/8  2 ✓  1 ✗  2.0/s  #9 in 61.0 s');
    expect(progressText({ ...progress, total: undefined, next: undefined }, style)).toBe('4  2 ✓  1 ✗  2.0/s');
    expect(progressText(progress, { ...style, columns: 30 })).toHaveLength(29);
  });
});
