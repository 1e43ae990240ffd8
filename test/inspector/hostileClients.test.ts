import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Starts `serve` on a journal of so many leads. */
async function start(count = 1) {
  const cwd = await temporaryFolder();
  const lead = (_: unknown, index: number) => leadRecord(index + 1, { title: 'canary', text: 'long '.repeat(100) });
  await writeJournal(cwd, Array.from({ length: count }, lead));
  const serve = await startServe([], { cwd });
  const { port, host } = new URL(serve.inspectUrl);
  return { serve, port: Number(port), host };
}

/** A connection to the inspector, closed when the test ends. */
async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Sends these bytes, and resolves with the status and all that came back. */
async function exchange(port: number, bytes: string): Promise<{ readonly status: number; readonly text: string }> {
  const socket = await open(port);
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  return { status: Number(text.slice(9, 12)), text };
}

describe('a name that leads to this machine', () => {
  it('is no name of the inspector unless it is one of its own, so a page of that name gets nothing (DNS rebinding)', async () => {
    const { port } = await start();
    const names = [
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'evil.localhost',
      'localhost.',
      '0.0.0.0',
      '[::]',
      '[::ffff:127.0.0.1]',
      '127.1',
      '127.0.0.2',
      '2130706433',
      '0x7f000001',
      'user@127.0.0.1',
      '127.0.0.1\t',
      'lоcalhost',
    ];
    for (const name of names) {
      for (const path of ['/', '/api/session', '/api/records']) {
        const head = `GET ${path} HTTP/1.1\r\nHost: ${name}:${port}\r\nConnection: close\r\n\r\n`;
        const { status, text } = await exchange(port, head);
        expect({ name, refused: [400, 421].includes(status) }).toEqual({ name, refused: true });
        expect(text).not.toMatch(/canary|csrf|<html/);
      }
    }
    const nameless = await exchange(port, 'GET /api/records HTTP/1.0\r\n\r\n');
    expect([nameless.status, nameless.text.includes('canary')]).toEqual([421, false]);
  });
});

describe('a path', () => {
  it('leads to nothing but the two files of the page, in whatever way it is written', async () => {
    const { port, host } = await start();
    const up = ['..', '%2e%2e', '%2E.', '..%00', '%252e%252e', '%c0%ae%c0%ae', '....', '..;'];
    const slashes = ['/', '%2f', '%5c', '\\', '%252f', '//'];
    const climbing = up.flatMap((step) => slashes.map((slash) => `/${step}${slash}${step}${slash}package.json`));
    const others = ['/icon.svg%00.html', '/index.html/', '/index.html/..', '/./icon.svg', '/__proto__', '/constructor'];
    for (const path of [...climbing, ...others, '/THIRD-PARTY-LICENSES.txt', '/toString', '/%00', '/etc/passwd']) {
      const { status, text } = await exchange(
        port,
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect({ path, status }).toEqual({ path, status: 404 });
      expect(text).not.toMatch(/devDependencies|root:|<svg|<html/);
    }
  });
});

describe('a flood of requests to the inspector', () => {
  it('leaves leads answered: more searches than it takes are told to come later, and then it answers again', async () => {
    const { serve } = await start(4000);
    await fetch(`${serve.inspectUrl}api/records`);
    const asked = Array.from({ length: 240 }, async (_, index) => {
      const answer = await fetch(`${serve.inspectUrl}api/records?text=nothing${index}`);
      await answer.arrayBuffer();
      return answer.status;
    });
    const leads = Array.from({ length: 20 }, async (_, index) => {
      const answer = await sendLead(serve.url, { id: String(index + 1) });
      return answer.json();
    });
    for (const [index, answer] of (await Promise.all(leads)).entries()) {
      expect(answer).toEqual({ status: 'ok', order_id: `order-${index + 1}` });
    }
    const statuses = new Set(await Promise.all(asked));
    expect(statuses).toEqual(new Set([200, 503]));
    expect((await fetch(`${serve.inspectUrl}api/records`)).status).toBe(200);
    expect(await serve.stop()).toBe(0);
  });
});

describe('connections that say nothing, or say it slowly', { timeout: 60_000 }, () => {
  it('are bounded and closed within seconds, and leads are answered meanwhile', async () => {
    const { serve, port, host } = await start();
    const begun = performance.now();
    const silent = await Promise.all(Array.from({ length: 128 }, () => open(port)));
    const slow = await Promise.all(Array.from({ length: 128 }, () => open(port)));
    for (const socket of slow) socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
    // There is no place left for another one: it is closed at once.
    await once(await open(port), 'close');
    expect(await (await sendLead(serve.url, { id: '5' })).json()).toEqual({ status: 'ok', order_id: 'order-5' });
    const all = [...silent, ...slow];
    for (const socket of all) socket.resume();
    await Promise.all(all.filter((socket) => !socket.closed).map((socket) => once(socket, 'close')));
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect((await fetch(serve.inspectUrl)).status).toBe(200);
  });
});
