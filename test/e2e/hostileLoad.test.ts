import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readRecords } from '../../src/journal/readRecords.ts';
import { startServe } from '../helpers/cli.ts';
import { fuzzRuns, fuzzTime } from '../helpers/fuzz.ts';
import { startHandler } from '../helpers/handler.ts';
import { traffic } from '../helpers/hostileTraffic.ts';
import { sendLead } from '../helpers/leads.ts';
import { peakMemory, tellsMemory } from '../helpers/memory.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { raw } from '../helpers/webhookServer.ts';

/** Connections that each send these bytes, and are left open. */
async function flood(port: number, count: number, bytes: string | Buffer): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1'));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(
    sockets.map(async (socket) => {
      socket.on('error', () => {}).resume();
      await once(socket, 'connect');
      if (bytes.length > 0) socket.write(bytes);
    }),
  );
  return sockets;
}

/** Milliseconds until a lead is answered, from a connection of its own. */
async function timeOfLead(url: string, id: string): Promise<number> {
  const start = performance.now();
  expect((await sendLead(url, { id })).status).toBe(200);
  return performance.now() - start;
}

describe.runIf(tellsMemory)('serve under callers that take what they can (memory is known on Linux alone)', () => {
  const start = async (options: readonly string[] = []) => {
    const cwd = await temporaryFolder();
    const serve = await startServe(['--quiet', ...options], { cwd });
    return { ...serve, port: Number(new URL(serve.url).port), logDir: join(cwd, 'roistat-log') };
  };

  it('2,000 idle connections, 1,000 of them within endless headers: a lead is answered within a second', async () => {
    const { url, port, pid } = await start();
    const before = peakMemory(pid);
    const silent = await flood(port, 1000, '');
    const slow = await flood(port, 1000, `GET /?action=lead HTTP/1.1\r\nX: ${'x'.repeat(60_000)}`);
    // Behind all that was sent at once.
    await timeOfLead(url, '1');
    expect(await timeOfLead(url, '2')).toBeLessThan(1000);
    await expect.poll(() => silent.filter(({ closed }) => closed).length).toBeGreaterThanOrEqual(500);
    expect(slow.filter(({ closed }) => closed)).toEqual([]);
    expect(peakMemory(pid) - before).toBeLessThan(200);
  });

  it('300 bodies of a megabyte at a time, that a journal makes six times as long', async () => {
    const { url, port, pid } = await start();
    const before = peakMemory(pid);
    const body = Buffer.alloc(1024 * 1024, 1);
    const head = Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length + 1}\r\n\r\n`);
    const all = await flood(port, 300, Buffer.concat([head, body]));
    await Promise.all(all.filter(({ writableLength }) => writableLength > 0).map((socket) => once(socket, 'drain')));
    await timeOfLead(url, '1');
    for (const socket of all) socket.end('x');
    await Promise.all(all.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
    expect(await timeOfLead(url, '2')).toBeLessThan(1000);
    expect(peakMemory(pid) - before).toBeLessThan(450);
  });

  it(
    'any bytes of a thousand callers, eight at a time: they are recorded in whole lines, and a lead is answered',
    async () => {
      const { url, port, pid, stderr, logDir } = await start();
      await timeOfLead(url, '1');
      const before = peakMemory(pid);
      const all = fc.sample(traffic, fuzzRuns(1000).numRuns);
      let answers = 0;
      const callers = Array.from({ length: 8 }, async () => {
        // An interim answer is none that is recorded.
        for (let bytes = all.pop(); bytes; bytes = all.pop()) {
          const received = await raw(port, bytes);
          answers += received.match(/^HTTP\/1\.1 [2-5]/gm)?.length ?? 0;
        }
      });
      await Promise.all(callers);
      expect(await timeOfLead(url, '2')).toBeLessThan(1000);
      expect(peakMemory(pid) - before).toBeLessThan(100);
      expect(stderr()).toBe('');
      const kinds = [];
      for await (const { kind } of readRecords([{ kind: 'path', path: logDir }])) kinds.push(kind);
      expect(kinds).not.toContain('unreadable');
      expect(answers).toBeGreaterThan(500);
      // Those of both leads, and of callers that ended within their bodies, are there, too.
      expect(kinds.length).toBeGreaterThanOrEqual(answers + 2);
    },
    fuzzTime(60_000),
  );

  it('bodies that come byte by byte take no more memory for it', async () => {
    const { url, port, pid } = await start();
    const before = peakMemory(pid);
    const bytes = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(100_000)}`;
    const all = await flood(port, 10, bytes);
    await Promise.all(all.filter(({ writableLength }) => writableLength > 0).map((socket) => once(socket, 'drain')));
    await timeOfLead(url, '1');
    expect(peakMemory(pid) - before).toBeLessThan(120);
  });

  it('a million requests behind each other on one connection, before a handler that says nothing', async () => {
    const calls: string[] = [];
    const handler = await startHandler(({ url: target = '' }, response) => {
      calls.push(target);
      if (target.includes('id=lead')) response.end('{"status":"ok","order_id":"1"}');
    });
    const { url, port, pid } = await start(['--forward', handler]);
    await timeOfLead(url, 'lead-1');
    const before = peakMemory(pid);
    const [caller] = await flood(port, 1, 'GET /?action=lead HTTP/1.1\r\n\r\n'.repeat(1_000_000));
    await expect.poll(() => calls.length).toBe(2);
    expect(await timeOfLead(url, 'lead-2')).toBeLessThan(1000);
    expect(await timeOfLead(url, 'lead-3')).toBeLessThan(1000);
    expect(calls).toHaveLength(4);
    expect(caller?.writableLength).toBeGreaterThan(10_000_000);
    expect(peakMemory(pid) - before).toBeLessThan(60);
  });

  it('forty connections that all send 3,640 requests at a moment, in a program of 200 MB', async () => {
    const env = { NODE_OPTIONS: '--max-old-space-size=200' };
    const { url } = await startServe(['--quiet'], { cwd: await temporaryFolder(), env });
    const port = Number(new URL(url).port);
    const all = await flood(port, 40, 'GET / HTTP/1.1\r\n\r\n');
    await Promise.all(all.map((socket) => once(socket, 'data')));
    for (const socket of all) socket.write('GET / HTTP/1.1\r\n\r\n'.repeat(3640));
    expect(await timeOfLead(url, '1')).toBeLessThan(10_000);
    // Those are closed for it whose requests would be too many.
    await expect.poll(() => all.filter(({ closed }) => closed).length, { timeout: 30_000 }).toBeGreaterThan(30);
    await timeOfLead(url, '2');
  }, 60_000);
});
