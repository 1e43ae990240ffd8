import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakage, crash } from '../../src/conformance/breakage.ts';
import { describeAnswer, describeErrors, fingerprint } from '../../src/conformance/describeAnswer.ts';
import { type Answer, judgeAnswer } from '../../src/protocol/judgeAnswer.ts';
import { problemCatalogue } from '../../src/protocol/problems.ts';
import { deliveryReporters } from '../../src/report/deliveryReporters.ts';
import { makeStyle } from '../../src/report/style.ts';
import { fuzzRuns, fuzzTime, inheritedNames, mutation } from '../helpers/fuzz.ts';

/** What no terminal may get from the network: controls but for line ends, direction marks, separators that hide text. */
const harmful = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

const evil = [
  '\u001b[2J\u001b]0;x\u0007',
  '\u202egnp.exe',
  '\u2066\u200b',
  '\0',
  '\u009b31m',
  '\ud800',
  '\r\n\t',
  '\u2028',
  '\ufeff',
];
const words = [
  'ok',
  'OK',
  'error',
  '155',
  '0',
  '',
  ' ',
  '\u00a0',
  'order-1',
  '<b>Warning</b>: x',
  'Нет доступа',
  ...evil,
];
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((all) => all.join('')) },
  // Longer than anything that is shown.
  fc.tuple(fc.constantFrom(...words), fc.constantFrom(300, 5000)).map(([word, times]) => word.repeat(times)),
);
const value = fc.oneof(
  { weight: 4, arbitrary: text.map((one) => JSON.stringify(one)) },
  fc.constantFrom('155', '0', '-0', '1.5', '-7', '1e3', '1e400', '9007199254740993', 'true', 'null', '[]', '{}'),
  fc.constantFrom('[155]', '{"id":1}', `${'['.repeat(500)}${']'.repeat(500)}`, '"\\ud800"', '"\\u0000"', '"\\u202e"'),
);
const good = { weight: 4, arbitrary: fc.constant('"ok"') };
const status = fc
  .oneof(good, fc.constantFrom('"OK"', '"ok "', '["ok"]', 'true', '200'), value)
  .map((one) => `"status":${one}`);
const orderId = value.map((one) => `"order_id":${one}`);
const other = fc
  .tuple(fc.constantFrom('message', 'error', '__proto__', 'constructor', 'orderId', 'x\u001b', 'status '), value)
  .map(([name, one]) => `${JSON.stringify(name)}:${one}`);
const object = fc
  .tuple(
    fc.option(status, { freq: 8 }),
    fc.option(orderId, { freq: 8 }),
    fc.array(other, { maxLength: 2 }),
    fc.boolean(),
  )
  .map(([first, second, others, turned]) => {
    const members = [first, second, ...others].filter((member) => member !== null);
    return `{${(turned ? members.toReversed() : members).join(',')}}`;
  });
const noises = [
  ['\ufeff', ' ', '\n', '<!doctype html><title>Login</title>', '<script>', '&lt;', '{', '{}', '}', '"', '\\', '0'],
  ['<br />\n<b>Warning</b>:  x in <b>a.php</b> on line 3', 'Notice: x in /a.php on line 3', 'Array ( [id] => 6 )'],
  evil,
];
const noise = fc.constantFrom(...noises.flat());
const nothing = { weight: 6, arbitrary: fc.constant('') };
const body = fc
  .tuple(
    fc.oneof(nothing, noise),
    fc.oneof({ weight: 8, arbitrary: object }, value, text),
    fc.oneof(nothing, noise),
    mutation,
  )
  .map(([before, middle, after, mutate]) => mutate(Buffer.from(before + middle + after)));
const header = fc.oneof(
  fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/html', '', '/login?token=1#x', '//evil'),
  text,
);
const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof({ weight: 5, arbitrary: fc.constant(200) }, fc.integer({ min: 100, max: 999 })),
  headers: fc.record({ 'content-type': header, location: header }, { requiredKeys: [] }),
  body,
  truncated: fc.constantFrom(false, false, false, true),
  durationMs: fc.constantFrom(0, 12.5, 5000, 5001, 1e9),
});
const action = fc.constantFrom('lead', 'lead', 'message', 'call', 'export', '', '__proto__');

/** What protocol.md asks for, by the plainest of means: the order id, or undefined where the answer is none. */
function idByTheBook({ status: code, body: bytes, truncated }: Answer): string | undefined {
  if (code < 200 || code > 299 || truncated) return undefined;
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    if (Array.isArray(read) || typeof read !== 'object' || read === null) return undefined;
    const members = new Map(Object.entries(read));
    const id: unknown = members.get('order_id');
    if (members.get('status') !== 'ok' || !(typeof id === 'string' || Number.isInteger(id))) return undefined;
    return String(id).trim() === '' ? undefined : String(id);
  } catch {
    return undefined;
  }
}

describe('any answer', () => {
  it(
    'to a lead is accepted exactly when it is what the document asks for, with the order id that it has',
    () => {
      let accepted = 0;
      fc.assert(
        fc.property(answer, (given) => {
          const { verdict, orderId: id } = judgeAnswer('lead', given);
          const expected = idByTheBook(given);
          expect(verdict).toBe(expected === undefined ? 'rejected' : 'accepted');
          if (verdict === 'accepted') accepted += 1;
          expect([expected, undefined]).toContain(verdict === 'accepted' ? id : undefined);
          expect(verdict === 'accepted' ? id : expected).toBe(expected);
        }),
        fuzzRuns(2000),
      );
      expect(accepted).toBeGreaterThan(50);
    },
    fuzzTime(30_000),
  );

  it(
    'is judged: with known codes, in few and short words, and rejected exactly when one of them is an error',
    () => {
      const untouched = inheritedNames();
      fc.assert(
        fc.property(action, answer, (to, given) => {
          const { verdict, problems } = judgeAnswer(to, given);
          expect(verdict).toBe(problems.some(({ severity }) => severity === 'error') ? 'rejected' : 'accepted');
          expect(problems.length).toBeLessThan(10);
          for (const { code, severity, detail } of problems) {
            expect(problemCatalogue[code].severity).toBe(severity);
            expect(detail.length).toBeLessThan(300);
            expect(detail).not.toBe('');
          }
        }),
        fuzzRuns(2000),
      );
      expect(inheritedNames()).toBe(untouched);
    },
    fuzzTime(30_000),
  );

  it(
    'is shown on a clean terminal, in few lines, and in a check in one short sentence',
    () => {
      const style = makeStyle({ colourLevel: 0, columns: 80 });
      const sent = {
        url: 'http://127.0.0.1/?action=lead',
        token: '',
        headers: [],
        insecure: false,
        cacert: undefined,
        proxy: undefined,
        parameters: [],
        targetBytes: 13,
      };
      fc.assert(
        fc.property(action, answer, (to, given) => {
          const exchange = { label: 'any', action: to, request: sent, answer: given, ...judgeAnswer(to, given) };
          const [human, json] = [deliveryReporters.human, deliveryReporters.json].map((one) =>
            one.report([exchange], style),
          );
          expect(human).not.toMatch(harmful);
          expect(json).not.toMatch(harmful);
          expect(human?.length).toBeLessThan(15_000);
          expect(describeAnswer(exchange).length).toBeLessThan(300);
          expect(describeErrors(exchange).length).toBeLessThan(1500);
          expect(fingerprint(exchange)).not.toBe('');
          for (const asks of [crash, breakage]) expect(asks(exchange)?.length ?? 0).toBeLessThan(600);
        }),
        fuzzRuns(500),
      );
    },
    fuzzTime(30_000),
  );
});
