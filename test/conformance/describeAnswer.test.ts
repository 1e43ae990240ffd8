import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakage, crash } from '../../src/conformance/breakage.ts';
import { type Exchange } from '../../src/conformance/exchange.ts';
import { describeAnswer, describeErrors, fingerprint, saysOk } from '../../src/conformance/describeAnswer.ts';
import { judgeAnswer } from '../../src/protocol/judgeAnswer.ts';
import { problem } from '../../src/protocol/problems.ts';

const request = {
  url: 'http://127.0.0.1/?action=lead',
  token: '',
  headers: [],
  insecure: false,
  cacert: undefined,
  proxy: undefined,
  parameters: [],
  targetBytes: 13,
};

/** A lead that was answered so. */
function exchange(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Exchange {
  const answer = { status, headers, body: Buffer.from(body), durationMs: 1 };
  return { label: 'a lead', action: 'lead', request, answer, ...judgeAnswer('lead', answer) };
}

const silence: Exchange = {
  label: 'a lead',
  action: 'lead',
  request,
  answer: undefined,
  verdict: 'unreachable',
  orderId: undefined,
  problems: [problem('timeout', '', 'no complete answer from 127.0.0.1 within 1 s')],
};

const ok = '{"status":"ok","order_id":"1"}';
const warning = '<br />\n<b>Warning</b>:  Undefined array key "id" in <b>/a.php</b> on line <b>3</b><br />\n';

describe('describeAnswer', () => {
  test.each([
    ['HTTP 200 and {"status":"ok","order_id":"1"}', exchange(200, ok)],
    ['HTTP 200 and { "status": "ok" }', exchange(200, '{\n  "status": "ok"\n}\n')],
    ['HTTP 200 with an empty body', exchange(200, ' \n')],
    ['HTTP 401 with an empty body', exchange(401, '')],
    ['HTTP 403 and HTML: "Forbidden"', exchange(403, '<html><body><h1>Forbidden</h1></body></html>')],
    ['HTTP 500 and "Internal error"', exchange(500, 'Internal error')],
    [
      'HTTP 200 and a message of PHP: "Warning: Undefined array key "id" in /a.php on line 3"',
      exchange(200, warning + ok),
    ],
    ['no complete answer from 127.0.0.1 within 1 s', silence],
  ])('%s', (text, given) => {
    expect(describeAnswer(given)).toBe(text);
  });

  test('is short for an answer of any length, and on one line', () => {
    const long = describeAnswer(exchange(200, JSON.stringify({ status: 'x'.repeat(5000) }, null, 2)));
    expect(long.length).toBeLessThan(160);
    expect(long).not.toContain('\n');
  });

  test('never throws, whatever the answer, and no more do the others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.uint8Array({ maxLength: 300 }), (status, body) => {
        const given = exchange(status, body);
        const texts = [describeAnswer, describeErrors, fingerprint].map((describes) => describes(given));
        expect(texts).not.toContain('');
        expect([saysOk, crash, breakage].map((asks) => asks(given))).toHaveLength(3);
      }),
    );
  });
});

describe('describeErrors', () => {
  test('says what is wrong, one after another, and what came where nothing is', () => {
    expect(describeErrors(exchange(200, '\uFEFF{"status":"OK"}'))).toBe(
      'the body begins with the bytes EF BB BF; status is "OK"; the JSON has no order_id',
    );
    expect(describeErrors(exchange(200, ok))).toBe('HTTP 200 and {"status":"ok","order_id":"1"}');
  });
});

describe('saysOk', () => {
  test.each([
    [true, exchange(200, ok)],
    [true, exchange(201, ok)],
    [true, exchange(200, warning + ok)],
    [true, exchange(200, `\uFEFF${ok}`)],
    [false, exchange(404, ok)],
    [false, exchange(302, ok)],
    [false, exchange(200, '{"status":"OK"}')],
    [false, exchange(200, '["ok"]')],
    [false, exchange(200, 'ok')],
    [false, silence],
  ])('%s', (says, given) => {
    expect(saysOk(given)).toBe(says);
  });
});

describe('fingerprint', () => {
  const page = (address: string, time: string): string =>
    `<!doctype html><title>Error</title><input value="${time}"><p>${address} is not there. ${time}`;
  const same: ReadonlyArray<readonly [string, Exchange, Exchange]> = [
    ['pages with another time in them', exchange(404, page('/a', '10:00')), exchange(404, page('/a', '9:59'))],
    [
      'pages that repeat the address',
      exchange(404, page('/a?user=&amp;token=d41d8&amp;text=a+b%2B', '1')),
      exchange(404, page('/a', '1')),
    ],
    ['errors in JSON with a time', exchange(404, '{"timestamp":17}'), exchange(404, '{"timestamp":18}')],
    [
      'redirects that repeat the address',
      exchange(302, '', { location: '/login?back=a' }),
      exchange(302, '', { location: '/login#x' }),
    ],
    ['the same JSON with blanks around it', exchange(200, ok), exchange(200, `${ok}\n`)],
    ['two that got no answer', silence, silence],
  ];
  test.each(same)('is the same for %s', (_name, one, other) => {
    expect(fingerprint(one)).toBe(fingerprint(other));
  });

  const different: ReadonlyArray<readonly [string, Exchange, Exchange]> = [
    ['another status', exchange(200, ok), exchange(400, ok)],
    ['another order', exchange(200, ok), exchange(200, ok.replace('1', '2'))],
    ['another place', exchange(302, '', { location: '/login' }), exchange(302, '', { location: '/thanks' })],
    ['another page', exchange(200, '<p>Unknown action'), exchange(200, '<p>Thank you')],
    ['an empty body', exchange(200, ''), exchange(200, ok)],
    ['no answer', exchange(200, ''), silence],
  ];
  test.each(different)('is another one for %s', (_name, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });
});

describe('a breakage', () => {
  test.each([
    [undefined, undefined, exchange(200, ok)],
    [undefined, undefined, exchange(401, '{"status":"error"}')],
    ['HTTP 500', 'HTTP 500', exchange(500, '{"status":"error"}')],
    ['HTTP 503', 'HTTP 503', exchange(503, '<html><body>Unavailable</body></html>')],
    [undefined, 'HTML "Login"', exchange(200, '<html><body>Login</body></html>')],
    ['timeout', 'timeout', silence],
  ])('is crash %s, breakage %s', (crashed, broken, given) => {
    expect([crash(given), breakage(given)]).toEqual([crashed, broken]);
  });

  test('of PHP reads the same for another lead', () => {
    const message = (id: number): Exchange => exchange(200, `\nWarning: no order ${id} in /a.php on line 3\n${ok}`);
    expect(crash(message(17))).toBe(crash(message(2318)));
    expect(crash(message(17))).toMatch(/^PHP message /);
    expect(crash(message(17))).not.toBe(crash(exchange(200, warning + ok)));
  });
});
