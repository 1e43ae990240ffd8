import { describe, expect, it } from 'vitest';
import { serveReporters } from '../../src/report/serveReporters.ts';
import { makeStyle } from '../../src/report/style.ts';
import { problem } from '../../src/protocol/problems.ts';
import { sampleRecord } from '../helpers/samples.ts';

const plain = makeStyle({ colourLevel: 0, columns: 80 });
const { human, json } = serveReporters;

const record = sampleRecord({
  seq: 12,
  parameters: { action: 'lead', id: '90', title: 'Звонок от 79990001122', phone: '+79990001122' },
  token: 'mismatch',
  tokenDiagnosis: 'It is md5(password + user): the order is reversed.',
  problems: [problem('token-mismatch', 'query.token', 'It is md5(password + user): the order is reversed.')],
  answer: { status: 401, body: '{}' },
  orderId: null,
});

describe('serve for people', () => {
  it('ties request and answer by number, masks the phone, and shows problems with hints', () => {
    const text = human.received(record, plain) + human.answered(record, plain);
    expect(text.replaceAll(/^\d\d:\d\d:\d\d/gm, 'HH:MM:SS')).toBe(
      [
        'HH:MM:SS #12 → lead 90  Звонок от 7999***22  +7999***22',
        'HH:MM:SS #12 ← 401  token mismatch  0.4 ms',
        '         ✗ token-mismatch: It is md5(password + user): the order is reversed.',
        '           → token = md5(login + password), lower-case hex, nothing between the',
        '             two; "roistat-hook token" computes it.',
        '',
      ].join('\n'),
    );
  });

  it('shows the phone when told so', () => {
    expect(human.received(record, makeStyle({ colourLevel: 0, columns: 80, showPii: true }))).toContain('+79990001122');
  });

  it('stays within 80 columns and on its lines, whatever the network sends', () => {
    const long = `\u001b[31m${'Ж'.repeat(500)}\n\r\u202e`;
    const parameters = { action: long, id: long, title: long, phone: long };
    for (const hostile of [
      sampleRecord({ action: long, parameters }),
      sampleRecord({ action: 'lead', parameters: { ...parameters, action: 'lead' } }),
      sampleRecord({ action: null, target: `/${long}`, parameters: {} }),
      sampleRecord({ method: null, target: null, action: null, parameters: {} }),
      sampleRecord({ problems: [problem('action-unknown', 'query.action', `action is "${long}"`)] }),
    ]) {
      const text = human.received(hostile, plain);
      expect(text.split('\n')).toHaveLength(2);
      expect(text.length).toBeLessThanOrEqual(110);
      expect(text + human.answered(hostile, plain)).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
  });

  it('does not cut an address in a pipe, unless it is endless', () => {
    const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });
    const received = (target: string): string =>
      human.received(sampleRecord({ action: null, target, parameters: {} }), pipe).slice('HH:MM:SS '.length);
    const target = `/${'a'.repeat(99)}?order=order-abc`;
    expect(received(target)).toBe(`#1 → GET ${target}\n`);
    expect(received('x'.repeat(99_999)).length).toBeLessThan(320);
    const tiny = makeStyle({ colourLevel: 0, columns: 10 });
    const row = human.received(sampleRecord({ action: null, target, parameters: {} }), tiny);
    expect(row).toMatch(/#1 → GET \/a{14}…\n$/);
  });

  it('shows no phone and no mailbox of an address, wherever it is cut', () => {
    const pipe = makeStyle({ colourLevel: 0, columns: 80, lineColumns: Number.POSITIVE_INFINITY });
    for (let length = 0; length < 6; length += 1) {
      const text = `${'x'.repeat(length)}${encodeURIComponent('Ж'.repeat(100))}`;
      const target = `/?email=ivan.petrov%40mail.ru&phone=%2B7+%28999%29+000-11-22&text=${text}`;
      const row = human.received(sampleRecord({ action: null, target, parameters: {} }), pipe);
      expect(row).toContain('GET /?email=***&phone=***&text=');
      expect(row.length).toBeLessThan(340);
    }
  });

  it('knows problems of other versions by their code alone', () => {
    const other = sampleRecord({ problems: [{ code: 'from-the-future', severity: 'warning', path: '', detail: 'x' }] });
    expect(human.answered(other, plain)).toContain('! from-the-future: x');
  });
});

describe('a handler that answers', () => {
  const forward = {
    url: 'http://127.0.0.1:8000/webhook.php',
    verdict: 'rejected' as const,
    problems: [problem('status-not-ok', 'body.status', 'status is "error", and says "call +79990001122\u001b"')],
    durationMs: 12,
  };
  const forwarded = sampleRecord({ forward, answer: { status: 200, body: '{}' }, orderId: null, durationMs: 12.3 });

  it('is judged below the line, as send-lead judges it', () => {
    expect(human.answered(forwarded, plain).replace(/^\d\d:\d\d:\d\d/, 'HH:MM:SS')).toBe(
      [
        'HH:MM:SS #1 ← 200  handler rejected  12 ms',
        '         ✗ status-not-ok: status is "error", and says "call +7999***22\\u001b"',
        '           → If it was taken answer "status":"ok" in lower case; if not, look',
        '             why the handler refused.',
        '',
      ].join('\n'),
    );
    const line = JSON.parse(json.answered(forwarded, plain)) as { forward: object };
    expect(line.forward).toEqual({
      ...forward,
      problems: [{ ...forward.problems[0], detail: 'status is "error", and says "call +7999***22\u001b"' }],
    });
  });

  it('is told without its answer, which stands in the record alone', () => {
    const kept = sampleRecord({ forward: { ...forward, answer: { status: 200, body: 'c4nary' } }, answer: null });
    expect(json.answered(kept, plain) + human.answered(kept, plain)).not.toContain('c4nary');
  });

  it('shows an order id of its own making on one line', () => {
    const odd = sampleRecord({ forward, orderId: `${'7'.repeat(60)}\n\u001b` });
    expect(human.answered(odd, plain)).toMatch(/order_id 7{39}… {2}handler/);
  });
});

describe('a fault', () => {
  it.each([
    ['http-500', { status: 500, body: '' }, [], '500  fault http-500  0.4 ms'],
    ['slow=5s', { status: 200, body: '' }, [], '200  order_id order-90  fault slow=5s  0.4 ms'],
    ['reset', null, [], 'no answer, on purpose  fault reset'],
    ['slow=5s', null, [problem('caller-gone', '', 'x')], 'no answer: the caller went away  fault slow=5s'],
  ])('%s is told beside what went out', (fault, answer, problems, text) => {
    const orderId = answer?.status === 200 ? 'order-90' : null;
    const told = sampleRecord({ fault, answer, problems, orderId });
    expect(
      human
        .answered(told, plain)
        .split('\n')[0]
        ?.replace(/^.*← /, ''),
    ).toBe(text);
    expect(JSON.parse(json.answered(told, plain))).toMatchObject({ fault });
  });
});

describe('serve --json', () => {
  it('gives one line a request, with the fields that scripts rely on', () => {
    const text = json.received(record, plain) + json.answered(record, plain);
    expect(text).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(text)).toMatchObject({
      type: 'exchange',
      seq: 12,
      action: 'lead',
      id: '90',
      phone: '+7999***22',
      token: 'mismatch',
      status: 401,
      problems: [{ code: 'token-mismatch' }],
    });
  });
});
