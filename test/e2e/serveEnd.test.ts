import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { startServe } from '../helpers/cli.ts';
import { linesByFile } from '../helpers/disk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

const requests = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `GET /?action=lead&id=${from + index} HTTP/1.1\r\n\r\n`).join('');

/** A caller that sends requests behind each other, and reads what comes until the end of its connection. */
function openPipeline(url: string, bytes: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('latin1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk: string) => (received += chunk)).on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(bytes);
  const answered = (): string[] => Array.from(received.matchAll(/"order_id":"order-(\d+)"/g), ([, id]) => id ?? '');
  return { socket, closed, answered };
}

/** Ids of the leads that the journal says were answered. */
async function recordedAsAnswered(cwd: string): Promise<string[]> {
  const lines = Object.values(await linesByFile(join(cwd, 'roistat-log'))).flat();
  const records = lines.map((line) => JSON.parse(line) as JournalRecord);
  return records
    .filter(({ answer }) => answer !== null)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ parameters }) => parameters['id'] ?? '');
}

it.each([1, 2, 4])('--exit-after %i answers what came in the same packet, too', async (count) => {
  const cwd = await temporaryFolder();
  const serve = await startServe(['--exit-after', String(count), '--no-inspect'], { cwd });
  const callers = [1, 11, 21].map((from) => openPipeline(serve.url, requests(from, from + 3)));
  expect(await serve.ended).toBe(0);
  await Promise.all(callers.map(({ closed }) => closed));
  const answered = callers.flatMap((caller) => caller.answered());
  expect(answered.length).toBeGreaterThanOrEqual(count);
  expect((await recordedAsAnswered(cwd)).toSorted()).toEqual(answered.toSorted());
});

describe('a server that is stopped while requests wait behind each other on one connection', () => {
  it.each([
    ['within its grace', ['--fault', 'slow=300ms'], 6],
    ['beyond it', ['--fault', 'slow=2s'], 1200],
  ])('answers all of them, %s', async (_name, fault, count) => {
    const cwd = await temporaryFolder();
    const serve = await startServe([...fault, '--seed', '1', '--no-inspect'], { cwd });
    const caller = openPipeline(serve.url, requests(1, count));
    await expect.poll(caller.answered).toEqual(['1']);
    expect(await serve.stop()).toBe(0);
    await caller.closed;
    expect(caller.answered()).toEqual(upTo(count).map(String));
    expect(await recordedAsAnswered(cwd)).toEqual(caller.answered());
  });

  it('and more of them come all the time: what is recorded as answered is what went out', async () => {
    const cwd = await temporaryFolder();
    const serve = await startServe(['--quiet', '--no-inspect'], { cwd });
    const caller = openPipeline(serve.url, '');
    let sent = 0;
    const pump = (): void => {
      while (!caller.socket.destroyed && caller.socket.write(requests(sent + 1, (sent += 100))));
    };
    caller.socket.on('drain', pump);
    pump();
    await expect.poll(() => caller.answered().length).toBeGreaterThan(500);
    expect(await serve.stop()).toBe(0);
    await caller.closed;
    expect(await recordedAsAnswered(cwd)).toEqual(caller.answered());
    expect(sent).toBeGreaterThan(caller.answered().length);
  });
});
