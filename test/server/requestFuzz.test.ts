import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { fuzzRuns, fuzzTime, inheritedNames } from '../helpers/fuzz.ts';
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
      fuzzRuns(500),
    );
    await expect.poll(async () => (await records()).length).toBe(answered.length);
    const bySeq = (all: readonly JournalRecord[]): string[] =>
      all.toSorted((a, b) => a.seq - b.seq).map((record) => encodeLine(record));
    expect(bySeq(await records())).toEqual(bySeq(answered));
    expect(new Set(answered.map(({ seq }) => seq)).size).toBe(answered.length);
    expect(failures).toEqual([]);
    expect(inheritedNames()).toBe(untouched);
  },
  fuzzTime(60_000),
);
