import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { verdictOf } from '../../src/journal/verdict.ts';
import { seededRandom } from '../../src/protocol/random.ts';
import { type Fault, faultKinds, faultsByShare, faultsInSequence } from '../../src/server/faults.ts';
import { exchange, firstRecord, makeForwarder } from '../helpers/forwarder.ts';
import { startHandler } from '../helpers/handler.ts';
import { startServer } from '../helpers/webhookServer.ts';

const fault = (kind: Fault['kind'], delayMs = 0): Fault => ({ kind, name: kind, delayMs });
const always = (kind: Fault['kind'], delayMs = 0) => faultsInSequence(Array(100).fill(fault(kind, delayMs)));

/** Some kinds, each with a share, and the shares together 1 at most. */
const sharesArbitrary = fc
  .tuple(
    fc.subarray([...faultKinds], { minLength: 1 }),
    fc.infiniteStream(fc.integer({ min: 1, max: 100 })),
    fc.nat(100),
  )
  .map(([kinds, weights, rest]) => {
    const drawn = kinds.map((kind) => ({ kind, weight: weights.next().value as number }));
    const total = drawn.reduce((sum, { weight }) => sum + weight, rest);
    return drawn.map(({ kind, weight }) => ({ fault: fault(kind), share: weight / total }));
  });

const draw = (shares: Parameters<typeof faultsByShare>[0], seed: number, count: number): string[] => {
  const source = faultsByShare(shares, seededRandom(seed));
  return Array.from({ length: count }, () => source()?.name ?? 'ok');
};

describe('faults by share', () => {
  it('are the same for the same seed, and others for another', () => {
    fc.assert(
      fc.property(sharesArbitrary, fc.nat(), (shares, seed) => {
        expect(draw(shares, seed, 50)).toEqual(draw(shares, seed, 50));
      }),
    );
    const half = [{ fault: fault('html'), share: 0.5 }];
    expect(draw(half, 1, 50)).not.toEqual(draw(half, 2, 50));
  });

  it('come as often as their share says, within four standard deviations', () => {
    const count = 4000;
    fc.assert(
      fc.property(sharesArbitrary, fc.nat(), (shares, seed) => {
        const drawn = draw(shares, seed, count);
        for (const {
          fault: { name },
          share,
        } of shares) {
          const found = drawn.filter((other) => other === name).length;
          const deviation = Math.sqrt(count * share * (1 - share));
          expect(Math.abs(found - count * share)).toBeLessThanOrEqual(4 * deviation + 1);
        }
      }),
      // The seed of the draw itself is fixed: one run in some thousands would be outside by chance.
      { seed: 7, numRuns: 60 },
    );
  });

  it('a share of 1 is always drawn', () => {
    expect(new Set(draw([{ fault: fault('html'), share: 1 }], 3, 1000))).toEqual(new Set(['html']));
    const tenths = Array.from({ length: 10 }, () => ({ fault: fault('html'), share: 0.1 }));
    expect(new Set(draw(tenths, 3, 1000))).toEqual(new Set(['html']));
  });
});

it('a sequence comes in its order, and then everything is normal', () => {
  const source = faultsInSequence([fault('html'), undefined, fault('reset')]);
  expect(Array.from({ length: 5 }, () => source()?.name)).toEqual(['html', undefined, 'reset', undefined, undefined]);
});

describe('an injected fault', () => {
  const lead = '?action=lead&id=90';

  it.each([
    ['error-status', 200, /^\{"status":"error","message":".+"\}$/, 'application/json; charset=utf-8'],
    ['no-order-id', 200, /^\{"status":"ok"\}$/, 'application/json; charset=utf-8'],
    ['bad-json', 200, /^\{"status":"ok","order_id":"order-90$/, 'application/json; charset=utf-8'],
    ['html', 200, /^<!DOCTYPE html>/, 'text/html; charset=utf-8'],
    ['http-500', 500, /^\{"status":"error","message":".+"\}$/, 'application/json; charset=utf-8'],
    ['redirect', 302, /^$/, null],
  ] as const)('%s is answered and recorded as it went out', async (kind, status, body, type) => {
    const server = await startServer({ faults: always(kind) });
    const response = await fetch(server.url + lead, { redirect: 'manual' });
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(text).toMatch(body);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('location')).toBe(kind === 'redirect' ? '/login' : null);
    const record = await firstRecord(server);
    expect(record).toMatchObject({ answer: { status, body: text }, orderId: null, fault: kind, problems: [] });
    expect(record.answer?.headers?.find(([name]) => name === 'Location')?.[1]).toBe(
      kind === 'redirect' ? '/login' : undefined,
    );
    expect(verdictOf(record)).toBe('injected');
  });

  it('reset closes the connection with RST, after the record is durable', async () => {
    const server = await startServer({ faults: always('reset') });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`GET /${lead} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    expect(socket.bytesRead).toBe(0);
    expect(await server.records()).toMatchObject([{ answer: null, orderId: null, fault: 'reset', problems: [] }]);
  });

  it('slow is the right answer, later', async () => {
    const server = await startServer({ faults: always('slow', 300) });
    const start = performance.now();
    const response = await fetch(server.url + lead);
    expect(await response.json()).toEqual({ status: 'ok', order_id: 'order-90' });
    expect(performance.now() - start).toBeGreaterThan(295);
    expect(await server.records()).toMatchObject([{ answer: { status: 200 }, orderId: 'order-90', fault: 'slow' }]);
  });

  it('slow ends when the caller leaves, and the record tells', async () => {
    const server = await startServer({ faults: always('slow', 600_000) });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET /${lead} HTTP/1.1\r\nHost: a\r\n\r\n`);
    // A second connection that is answered shows that the request of the first has been seen.
    await exchange(server.port, 'garbage\r\n\r\n');
    socket.resetAndDestroy();
    await expect.poll(() => server.answered.length).toBe(2);
    expect(server.answered[1]).toMatchObject({
      seq: 1,
      answer: null,
      fault: 'slow',
      problems: [{ code: 'caller-gone' }],
    });
    expect(await server.records()).toHaveLength(2);
  });

  it('slow does not hold up the end for more than its five seconds, and the answer still goes out', async () => {
    const server = await startServer({ faults: always('slow', 600_000) });
    const response = fetch(server.url + lead);
    await exchange(server.port, 'garbage\r\n\r\n');
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(6500);
    expect((await response).status).toBe(200);
    expect(await server.records()).toMatchObject([{ seq: 2 }, { seq: 1, fault: 'slow' }]);
  });

  it.each(['reset', 'http-500', 'slow'] as const)('%s is no fault but 503 when it cannot be recorded', async (kind) => {
    const journal = new MemoryJournal();
    await journal.close();
    const server = await startServer({ journal, faults: always(kind, 1) });
    expect((await fetch(server.url + lead)).status).toBe(503);
    expect(server.answered).toMatchObject([{ answer: { status: 503 } }]);
    expect(server.answered[0]?.fault).toBeUndefined();
  });

  it('takes no turn from what is refused', async () => {
    const credentials = { user: 'demouser', password: 'secret' };
    const server = await startServer({
      faults: faultsInSequence([fault('http-500')]),
      rules: { credentials, strict: true },
    });
    const signed = '?user=demouser&token=9ab6e8f1c9a2c1df2a9ab59a2d4d4d8b&action=lead&id=1';
    const statuses = [];
    for (const query of [signed, '?action=lead&id=1', '']) statuses.push((await fetch(server.url + query)).status);
    expect(statuses).toEqual([401, 401, 401]);
    expect((await server.records()).map((record) => record.fault)).toEqual([undefined, undefined, undefined]);
    const open = await startServer({
      faults: faultsInSequence([fault('http-500')]),
      rules: { credentials: undefined, strict: true },
    });
    const answers = [];
    for (const query of ['?action=lead&id=1&data=x', '?action=no', '?action=lead&id=1', '?action=lead&id=1']) {
      answers.push((await fetch(open.url + query)).status);
    }
    expect(answers).toEqual([400, 400, 500, 200]);
  });

  it('no-order-id is for leads; another action takes its turn and is answered normally', async () => {
    const server = await startServer({ faults: faultsInSequence([fault('no-order-id'), fault('no-order-id')]) });
    expect(await (await fetch(`${server.url}?action=message&leadId=1&text=a`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(server.url + lead)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(server.url + lead)).json()).toEqual({ status: 'ok', order_id: 'order-90' });
    expect((await server.records()).map((record) => record.fault)).toEqual([undefined, 'no-order-id', undefined]);
  });
});

describe('with a handler behind', () => {
  it('a fault takes its place, but slow delays its answer', async () => {
    let calls = 0;
    const url = await startHandler((_request, response) => {
      calls += 1;
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok","order_id":"crm-1"}');
    });
    const forwarder = makeForwarder(url);
    const faults = faultsInSequence([fault('http-500'), fault('slow', 200), undefined]);
    const server = await startServer({ faults, passOn: (request, stop) => forwarder.passOn(request, stop) });
    const statuses = [];
    for (const id of [1, 2, 3]) statuses.push((await fetch(`${server.url}?action=lead&id=${id}`)).status);
    expect({ statuses, calls }).toEqual({ statuses: [500, 200, 200], calls: 2 });
    const records = await server.records();
    expect(records).toMatchObject([
      { fault: 'http-500', orderId: null },
      { fault: 'slow', orderId: 'crm-1', forward: { verdict: 'accepted' } },
      { orderId: 'crm-1', forward: { verdict: 'accepted' } },
    ]);
    expect(records[0]?.forward).toBeUndefined();
  });
});
