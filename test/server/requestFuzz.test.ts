import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { isAction } from '../../src/protocol/actions.ts';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { decideAnswer } from '../../src/server/decideAnswer.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { fuzzRuns, fuzzTime, inheritedNames } from '../helpers/fuzz.ts';
import { hostileQuery } from '../helpers/hostileQuery.ts';
import { traffic } from '../helpers/hostileTraffic.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { startServer } from '../helpers/webhookServer.ts';

/** How the caller ends: it waits for its answers, or it leaves in the middle. */
type End = 'half-close' | 'reset';

/** Sends the pieces one after the other, and resolves with all that came back until the connection was closed. */
async function send(port: number, pieces: readonly Buffer[], end: End): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const closed = once(socket, 'close');
  let received = '';
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
  });
  await once(socket, 'connect');
  for (const piece of pieces) await new Promise<void>((resolve) => void socket.write(piece, () => resolve()));
  if (end === 'reset') socket.resetAndDestroy();
  else socket.end();
  await closed;
  return received;
}

/** Cuts bytes into packets, as far as the system sends them as they were written. */
function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((place, index) => bytes.subarray(places[index], place));
}

const statusOf = ({ answer }: JournalRecord): string => String(answer?.status);

/** Removes one of these from the others; false when it is not among them. */
function take(status: string, from: string[]): boolean {
  const at = from.indexOf(status);
  if (at >= 0) from.splice(at, 1);
  return at >= 0;
}

it(
  'whatever comes in is answered in HTTP or closed, at once, and recorded as it was answered; the next lead is answered',
  async () => {
    const journal = await FolderJournal.open(await temporaryFolder(), '2026-11-22');
    onTestFinished(() => journal.close());
    const { port, url, answered, records, failures } = await startServer({ journal });
    const untouched = inheritedNames();
    let told = 0;
    const cuts = fc.array(fc.nat(), { maxLength: 2 });
    const end = fc.oneof({ weight: 6, arbitrary: fc.constant<End>('half-close') }, fc.constant<End>('reset'));
    await fc.assert(
      fc.asyncProperty(traffic, cuts, end, async (bytes, at, how) => {
        const start = performance.now();
        const received = await send(port, piecesOf(bytes, at), how);
        expect(received).toMatch(/^(?:$|HTTP\/1\.1 \d\d\d )/);
        const lead = await fetch(`${url}?action=lead&id=7`, { signal: AbortSignal.timeout(4000) });
        expect(await lead.json()).toEqual({ status: 'ok', order_id: 'order-7' });
        // Nothing waits for a timeout: the shortest one is ten seconds.
        expect(performance.now() - start).toBeLessThan(5000);
        // Each answer that went out has its record; no interim one counts.
        const statuses = [...received.matchAll(/^HTTP\/1\.1 ([2-5]\d\d) /gm)].map(([, status = '']) => status);
        await expect.poll(() => answered.length - told).toBeGreaterThan(statuses.length);
        const recorded = answered.slice(told).map(statusOf);
        told = answered.length;
        expect(take('200', recorded)).toBe(true);
        for (const [, status = ''] of received.matchAll(/^HTTP\/1\.1 ([2-5]\d\d) /gm)) {
          expect({ status, isRecorded: take(status, recorded) }).toEqual({ status, isRecorded: true });
        }
      }),
      fuzzRuns(250),
    );
    await expect.poll(async () => (await records()).length - answered.length).toBe(0);
    const bySeq = (all: readonly JournalRecord[]): string[] =>
      all.toSorted((a, b) => a.seq - b.seq).map((record) => encodeLine(record));
    expect(bySeq(await records())).toEqual(bySeq(answered));
    expect(new Set(answered.map(({ seq }) => seq)).size).toBe(answered.length);
    expect(failures).toEqual([]);
    expect(inheritedNames()).toBe(untouched);
  },
  fuzzTime(60_000),
);

it(
  'every query is decided on: with 200 for a known action alone, and with a short body of JSON',
  () => {
    const rules = fc.record({
      credentials: fc.constantFrom(undefined, { user: '', password: '' }, { user: 'demo', password: 'п' }),
      strict: fc.boolean(),
    });
    const method = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'M-SEARCH');
    const good = ['lead', 'message', 'call', 'task', 'export'].map((action) => `action=${action}&id=1&leadId=2`);
    const signed = '&user=&token=d41d8cd98f00b204e9800998ecf8427e&';
    const start = fc.tuple(fc.constantFrom('', ...good), fc.constantFrom('&', signed)).map((parts) => parts.join(''));
    const seen = new Set<number>();
    fc.assert(
      fc.property(start, hostileQuery, method, rules, (first, rest, how, given) => {
        const request = { method: how, target: `/?${first}${rest}`, headers: [], body: null };
        const { status, body, orderId, parameters } = decideAnswer(request, given);
        seen.add(status);
        const answer = JSON.parse(body) as Record<string, unknown>;
        expect(answer['status'] === 'error').toBe(status !== 200);
        expect(status === 200 && !(how === 'GET' && isAction(parameters['action'] ?? ''))).toBe(false);
        const { user, password } = given.credentials ?? { user: '', password: '' };
        const isSigned =
          parameters['token'] ===
          createHash('md5')
            .update(user + password)
            .digest('hex');
        expect(status === 200 && given.credentials !== undefined && !isSigned).toBe(false);
        // Only of a lead, and then the one that is recorded.
        expect(answer['order_id'] ?? null).toBe(orderId);
        expect(orderId !== null).toBe(status === 200 && parameters['action'] === 'lead');
        expect(body.length).toBeLessThan(1000);
      }),
      fuzzRuns(2000),
    );
    expect(seen).toEqual(new Set([200, 400, 401, 405]));
  },
  fuzzTime(30_000),
);
