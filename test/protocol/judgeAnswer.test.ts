import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, judgeAnswer } from '../../src/protocol/judgeAnswer.ts';
import { encodeWindows1251 } from '../../src/protocol/windows1251.ts';

function answer(body: string | Uint8Array, fields: Partial<Answer> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: typeof body === 'string' ? Buffer.from(body) : body,
    durationMs: 12,
    ...fields,
  };
}

const good = '{"status":"ok","order_id":"155"}';

const codes = (action: string, given: Answer): string[] => judgeAnswer(action, given).problems.map(({ code }) => code);

describe('judgeAnswer of a lead', () => {
  it.each([
    ['a string', good, '155'],
    ['a number', '{"status":"ok","order_id":155}', '155'],
    ['white space around', `\n ${good}\r\n`, '155'],
    ['further fields', '{"status":"ok","order_id":"a-1","message":"x"}', 'a-1'],
  ])('accepts an order id that is %s', (_name, body, orderId) => {
    expect(judgeAnswer('lead', answer(body))).toEqual({ verdict: 'accepted', orderId, problems: [] });
  });

  it.each([
    ['redirect', answer('', { status: 302, headers: { location: '/login' } }), 'HTTP 302 to /login'],
    ['redirect', answer(good, { status: 301 }), 'HTTP 301 without a Location'],
    ['http-server-error', answer(good, { status: 500 }), 'HTTP 500 and says'],
    ['http-not-found', answer('', { status: 404 }), 'HTTP 404 with an empty body'],
    [
      'http-unauthorized',
      answer('{"message":"wrong token"}', { status: 401 }),
      'HTTP 401, and the handler says "wrong token"',
    ],
    ['body-empty', answer(''), 'no bytes'],
    ['body-empty', answer(' \n'), 'white space'],
    ['body-not-json', answer('OK'), 'a body that begins "OK"'],
    ['body-not-json', answer('<!DOCTYPE html><title>Login</title>'), 'an HTML page that begins "Login"'],
    [
      'body-php-message',
      answer('PHP Fatal error: Uncaught Error in x.php on line 3'),
      'instead of JSON: "PHP Fatal error',
    ],
    ['http-method-not-allowed', answer('', { status: 405 }), 'HTTP 405'],
    ['http-too-long', answer('', { status: 414 }), 'HTTP 414'],
    ['http-status', answer('{"message":"x"}', { status: 422 }), 'HTTP 422, and the handler says "x"'],
    ['body-not-json', answer('{"status":"ok","order_id":"1"'), 'a body'],
    ['body-not-object', answer('["ok",155]'), '["ok",155]'],
    ['body-not-object', answer('"ok"'), '"ok"'],
    ['body-not-object', answer('null'), 'null'],
    ['body-bom', answer(`\uFEFF${good}`), 'EF BB BF'],
    [
      'body-php-message',
      answer(`<br />\n<b>Warning</b>:  Undefined array key "x" in <b>a.php</b>\n${good}`),
      'Undefined array key',
    ],
    ['body-php-message', answer(`\nNotice: Undefined index: name in /a.php on line 3\n${good}`), 'before the JSON'],
    ['body-extra-text', answer(`Warning: phone is empty\n${good}`), 'before the JSON: "Warning'],
    ['body-html', answer(`${good}\n</body></html>`.replace('</body>', '<p>bye</p>')), 'after the JSON'],
    ['body-html', answer(`<div class="debug">1</div>${good}`), 'before the JSON'],
    ['body-extra-text', answer(`Array ( [id] => 6 )${good}`), 'before the JSON: "Array'],
    ['body-extra-text', answer(`${good}done`), 'after the JSON: "done"'],
    // What `trim` takes for white space, and no parser of JSON does.
    ['body-extra-text', answer(`${good}\uFEFF`), 'after the JSON: "\uFEFF"'],
    ['body-extra-text', answer(`\u00A0${good}`), 'before the JSON: "\u00A0"'],
    ['body-extra-text', answer(`${good}\u2028`), 'after the JSON'],
    ['body-not-utf8', answer(encodeWindows1251('{"status":"ok","order_id":"1","m":"Заявка"}') ?? ''), 'Windows-1251'],
    [
      'body-not-utf8',
      answer(Buffer.from([...Buffer.from('{"status":"ok","order_id":"1","m":"'), 0x98, 0x22, 0x7d])),
      'invalid',
    ],
    ['body-too-large', answer(good, { truncated: true }), 'more than'],
    ['status-missing', answer('{"order_id":"155"}'), 'no status'],
    ['status-not-ok', answer('{"status":"OK","order_id":"155"}'), '"OK"'],
    ['status-not-ok', answer('{"status":"error","message":"Нет доступа"}'), 'the handler says "Нет доступа"'],
    ['status-not-ok', answer('{"status":true,"order_id":"155"}'), 'true'],
    ['order-id-missing', answer('{"status":"ok","orderId":"155"}'), 'no order_id'],
    ['order-id-null', answer('{"status":"ok","order_id":null}'), 'null'],
    ['order-id-empty', answer('{"status":"ok","order_id":" "}'), '" "'],
    ['order-id-empty', answer(`{"status":"ok","order_id":"${' '.repeat(1e6)}"}`), 'order_id is "    '],
    ['order-id-type', answer('{"status":"ok","order_id":true}'), 'true'],
    ['order-id-type', answer('{"status":"ok","order_id":{"id":1}}'), '{"id":1}'],
    ['order-id-type', answer('{"status":"ok","order_id":1.5}'), '1.5'],
  ])('rejects with %s', (code, given, detail) => {
    const { verdict, problems } = judgeAnswer('lead', given);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.detail).toContain(detail);
    expect(problems[0]?.detail.length).toBeLessThan(200);
    expect(verdict).toBe('rejected');
  });

  it.each([
    ['order-id-zero', answer('{"status":"ok","order_id":"0"}')],
    ['order-id-zero', answer('{"status":"ok","order_id":0}')],
    ['order-id-imprecise', answer('{"status":"ok","order_id":12345678901234567890}')],
    ['content-type', answer(good, { headers: { 'content-type': 'text/html' } })],
    ['content-type', answer(good, { headers: {} })],
    ['http-status-not-200', answer(good, { status: 201 })],
    ['answer-slow', answer(good, { durationMs: 5001 })],
  ])('accepts with the remark %s', (code, given) => {
    expect(codes('lead', given)).toEqual([code]);
    expect(judgeAnswer('lead', given).verdict).toBe('accepted');
  });

  it('takes application/problem+json for JSON', () => {
    expect(codes('lead', answer(good, { headers: { 'content-type': 'application/vnd.crm+json' } }))).toEqual([]);
  });

  it('finds the answer behind other JSON, and names what stands before', () => {
    expect(judgeAnswer('lead', answer(`{"debug":1}${good}`))).toMatchObject({ orderId: '155', verdict: 'rejected' });
  });
});

describe('judgeAnswer of several faults', () => {
  it('names all of them, what refuses first', () => {
    const given = answer('\uFEFF{"status":"OK","order_id":null}', { headers: {}, status: 201 });
    expect(codes('lead', given)).toEqual([
      'body-bom',
      'status-not-ok',
      'order-id-null',
      'http-status-not-200',
      'content-type',
    ]);
  });
});

describe('judgeAnswer of a message', () => {
  it('accepts an empty 2xx body with a remark', () => {
    expect(codes('message', answer(''))).toEqual(['message-empty-body']);
    expect(judgeAnswer('message', answer('', { status: 204 })).verdict).toBe('accepted');
  });

  it('needs no order id', () => {
    expect(judgeAnswer('message', answer('{"status":"ok"}'))).toEqual({
      verdict: 'accepted',
      orderId: undefined,
      problems: [],
    });
  });

  it('rejects a failure', () => {
    expect(codes('message', answer('{"status":"error"}'))).toEqual(['status-not-ok']);
    expect(codes('message', answer('', { status: 500 }))).toEqual(['http-server-error']);
  });
});

describe('judgeAnswer of anything', () => {
  it('never throws, and rejects exactly when a problem is an error', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc.string().map((text) => Buffer.from(`${text}{"status":"ok"}`)),
    );
    fc.assert(
      fc.property(
        body,
        fc.integer({ min: 100, max: 599 }),
        fc.constantFrom('lead', 'message', 'call'),
        (bytes, status, action) => {
          const { verdict, problems } = judgeAnswer(action, answer(bytes, { status }));
          expect(verdict).toBe(problems.some(({ severity }) => severity === 'error') ? 'rejected' : 'accepted');
        },
      ),
    );
  });

  it('judges deeply nested JSON', () => {
    const nested = '['.repeat(5000) + ']'.repeat(5000);
    expect(codes('lead', answer(`{"status":${nested}}`))).toEqual(['status-not-ok', 'order-id-missing']);
    expect(codes('lead', answer(`{"status":"ok","order_id":${nested}}`))).toEqual(['order-id-type']);
    expect(codes('lead', answer(nested))).toEqual(['body-not-object']);
  });

  it('finds a good answer whatever text stands around it', () => {
    const noise = fc.string().filter((text) => !/[{}"]/.test(text) && text.trim() !== '');
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const { orderId, problems } = judgeAnswer('lead', answer(before + good + after));
        expect(orderId).toBe('155');
        expect(problems).toHaveLength(2);
      }),
    );
  });

  it('judges a hostile megabyte in well under a second', () => {
    const start = performance.now();
    for (const text of [
      '{'.repeat(1e6),
      '<script'.repeat(1e5),
      '{"a":'.repeat(2e5),
      ' '.repeat(1e6),
      '<'.repeat(1e6),
      '"{'.repeat(5e5),
    ]) {
      judgeAnswer('lead', answer(text));
      judgeAnswer('lead', answer(text, { status: 500 }));
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
