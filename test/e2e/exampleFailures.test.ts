import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Agent, get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { follow } from '../helpers/cli.ts';
import { ask, examplesFolder, languages, type Reply, startExample } from '../helpers/exampleHandlers.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { canMount, hasPhp, hasPython } from '../helpers/needs.ts';
import { startPhp } from '../helpers/php.ts';
import { smallDisk } from '../helpers/smallDisk.ts';
import { raw } from '../helpers/webhookServer.ts';

const [php, node, python] = languages;

/** Stands for a worker that is still creating an order: locks its file, and fills it when a line comes in. */
const busyWorker = `$file = fopen($argv[1], 'c+'); flock($file, LOCK_EX); echo "locked\\n"; fgets(STDIN);
  fwrite($file, '{"id":"90","text":"first"}');`;

const failed = { status: 500, json: { status: 'error', message: expect.stringMatching(/./) } };

for (const language of languages) {
  describe.runIf(language.isHere)(`the starter handler in ${language.name} (needs ${language.name})`, () => {
    it('answers 500 when it cannot store, and takes the same lead when it can again', async () => {
      const handler = await startExample(language);
      const { url, store, signed } = handler;
      const lead = { ...signed, action: 'lead', id: '90' };
      const leadId = String((await ask(url, { ...lead, id: '1' })).json.order_id);
      await rename(store, `${store}-aside`);
      // A folder where a file should be, or the other way round: even root cannot write there.
      await (language === php ? writeFile(store, '') : mkdir(store));
      expect([await ask(url, lead), await ask(url, lead)]).toEqual([failed, failed]);
      expect(await ask(url, { ...signed, action: 'message', leadId })).toEqual(failed);
      expect(handler.complaints()).toMatch(/webhook: /);
      expect(handler.complaints()).not.toContain(signed.token);
      await rm(store, { recursive: true });
      await rename(`${store}-aside`, store);
      expect(await ask(url, lead)).toMatchObject({ status: 200, json: { status: 'ok' } });
      const stored = handler.orders().map((order) => order.lead['id'] ?? '');
      expect(stored.toSorted()).toEqual(['1', '90']);
    });

    it.runIf(canMount)('never says ok on a full disk, and loses nothing it said ok to (needs root)', async () => {
      const disk = await smallDisk(500);
      const ballast = join(disk, 'ballast');
      await writeFile(ballast, Buffer.alloc(100 * 1024));
      const handler = await startExample(language, { store: join(disk, 'orders') });
      const { url, signed } = handler;
      /** Sends until it has been refused three times; resolves with the calls that were accepted. */
      const fill = async (call: (number: number) => Record<string, string>) => {
        const accepted = new Map<string, unknown>();
        const refused: Reply[] = [];
        for (let number = 1; refused.length < 3; number += 1) {
          const text = `${number} ${'Заявка '.repeat(900)}`;
          const reply = await ask(url, { ...signed, ...call(number), text });
          if (reply.status === 200) accepted.set(text, reply.json.order_id);
          else refused.push(reply);
        }
        expect(refused).toEqual([failed, failed, failed]);
        return accepted;
      };
      const taken = await fill((id) => ({ action: 'lead', id: String(id) }));
      expect(taken.size).toBeGreaterThan(3);
      const leadId = String([...taken.values()][0]);
      const commented = await fill(() => ({ action: 'message', leadId }));
      await rm(ballast);
      const later = await fill((id) => ({ action: 'message', leadId, id: String(id) }));
      expect(later.size).toBeGreaterThan(1);
      await handler.stop();
      for (const [text, orderId] of taken) {
        expect(handler.orders().find((order) => order.orderId === orderId)?.lead['text']).toBe(text);
      }
      const comments = handler.orders().find((order) => order.orderId === leadId)?.comments;
      expect(comments).toEqual([...commented.keys(), ...later.keys()]);
    });
  });
}

describe.runIf(hasPhp)('the starter handler in PHP (needs PHP)', () => {
  it('works as a file of a web root, too, and does not show its orders', async () => {
    const handler = await startExample(php);
    const server = await startPhp(examplesFolder, { env: { ROISTAT_ORDERS: handler.store } });
    onTestFinished(server.stop);
    const lead = { ...handler.signed, action: 'lead', id: '90' };
    const { order_id: orderId } = (await ask(`${server.url}webhook.php`, lead)).json;
    expect((await ask(handler.url, lead)).json.order_id).toBe(orderId);
    expect((await fetch(`${server.url}${String(orderId)}.jsonl`)).status).toBe(404);
  });

  it('waits while another worker creates the order of the same lead', async () => {
    const { url, store, signed, orders } = await startExample(php);
    const lead = { ...signed, action: 'lead', id: '90', text: 'second' };
    const { order_id: orderId } = (await ask(url, lead)).json;
    const other = await startExample(php, { store });
    const file = join(store, `${String(orderId)}.jsonl`);
    await truncate(file);
    const child = spawn('php', ['-n', '-r', busyWorker, file], { stdio: ['pipe', 'pipe', 'pipe'] });
    const worker = follow(child);
    await worker.waitFor(/locked/);
    const waiting = ask(url, lead);
    // Time enough for the lead to reach the handler. A server of its own, for a worker of `php -S` that waits may have
    // taken other connections already, and they would wait behind it.
    for (let id = 1; id <= 20; id += 1) await ask(other.url, { ...lead, id: String(id) });
    child.stdin.end('\n');
    expect(await worker.ended).toBe(0);
    expect((await waiting).json.order_id).toBe(orderId);
    expect(orders().find((order) => order.orderId === orderId)?.lead).toEqual({ id: '90', text: 'first' });
  });

  it('makes the order anew when a crash left half of it', async () => {
    const { url, store, signed, orders } = await startExample(php);
    const lead = { ...signed, action: 'lead', id: '90', text: 'Заявка' };
    // What is left over may be longer than the lead that comes again.
    await ask(url, { ...lead, text: 'Заявка '.repeat(100) });
    const { order_id: orderId } = (await ask(url, lead)).json;
    const [name = ''] = await readdir(store);
    const message = { ...signed, action: 'message', leadId: String(orderId), text: 'Привет' };
    for (const size of [500, 0, 1, 20]) {
      await truncate(join(store, name), size);
      expect((await ask(url, message)).status).toBe(404);
      expect((await ask(url, lead)).json.order_id).toBe(orderId);
      expect(orders()).toMatchObject([{ orderId, lead: { id: '90', text: 'Заявка' }, comments: [] }]);
    }
  });
});

describe.each([node, python].filter(({ isHere }) => isHere))('the starter handler in $name', (language) => {
  it('keeps a connection open, and ends cleanly beside it on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { url, signed, complaints, stop } = await startExample(language);
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      const ports = new Set<number | undefined>();
      for (let id = 1; id <= 5; id += 1) {
        const call = get(`${url}?token=${signed.token}&action=lead&id=${id}`, { agent });
        const [response] = (await once(call, 'response')) as [IncomingMessage];
        ports.add(call.socket?.localPort);
        response.resume();
        await once(response, 'end');
      }
      expect(ports.size).toBe(1);
      expect({ code: await stop(signal), complaints: complaints() }).toEqual({ code: 0, complaints: '' });
    }
  });

  it('says nothing when callers go away', async () => {
    const { url, signed, complaints, stop } = await startExample(language);
    const port = Number(new URL(url).port);
    for (const bytes of ['', 'GET', 'GET / HTTP/1.1\r\nHost: a\r\n', '\r\n\r\n']) await raw(port, bytes);
    const lead = `GET /?token=${signed.token}&action=lead HTTP/1.1\r\nHost: a\r\n\r\n`;
    await raw(port, lead);
    for (const bytes of ['GET /', lead, lead.repeat(50)]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      await new Promise((resolve) => {
        socket.write(bytes, resolve);
      });
      socket.resetAndDestroy();
    }
    expect((await ask(url, { ...signed, action: 'lead' })).status).toBe(200);
    await stop();
    expect(complaints()).toBe('');
  });
});

describe('the starter handler in Node.js', () => {
  it('reads past a line that a crash left half-written', async () => {
    const before = await startExample(node);
    const { signed, store } = before;
    const lead = { ...signed, action: 'lead', id: '90' };
    const { order_id: orderId } = (await ask(before.url, lead)).json;
    await ask(before.url, { ...lead, id: '91' });
    await before.stop('SIGKILL');
    await truncate(store, (await stat(store)).size - 9);
    const { url } = await startExample(node, { store });
    const second = (await ask(url, { ...lead, id: '92' })).json.order_id;
    await ask(url, { ...lead, id: '93' });
    const again = await startExample(node, { store });
    expect((await ask(again.url, lead)).json.order_id).toBe(orderId);
    expect((await ask(again.url, { ...lead, id: '92' })).json.order_id).toBe(second);
  });
});

describe.runIf(hasPython)('the starter handler in Python (needs python3)', () => {
  it('does not take the body of a GET for the next request', async () => {
    const { url, signed, orders } = await startExample(python);
    const target = `/?token=${signed.token}&action=lead`;
    const hidden = `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
    for (const header of [`Content-Length: ${hidden.length}`, 'Transfer-Encoding: identity']) {
      const bytes = `GET ${target} HTTP/1.1\r\nHost: a\r\n${header}\r\n\r\n${hidden}`;
      expect(await raw(Number(new URL(url).port), bytes)).toMatch(/^HTTP\/1\.1 200 [^]*\r\nConnection: close\r\n/);
    }
    expect(orders()).toHaveLength(2);
  });

  it('sends no body after HEAD', async () => {
    const { url } = await startExample(python);
    const answer = await raw(Number(new URL(url).port), 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*\r\n\r\n$/);
  });

  it('reads letters that came without percent-encoding', async () => {
    const { url, signed, orders } = await startExample(python);
    const bytes = `GET /?token=${signed.token}&action=lead&name=Иван HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    expect(await raw(Number(new URL(url).port), bytes)).toMatch(/^HTTP\/1\.1 200 /);
    expect(orders()[0]?.lead['name']).toBe('Иван');
  });

  it('answers a request that it cannot read with JSON', async () => {
    const { url } = await startExample(python);
    const port = Number(new URL(url).port);
    for (const bytes of ['x\r\n\r\n', `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n\r\n`]) {
      expect(await raw(port, bytes)).toMatch(/\{"status": "error", "message": "bad request"\}$/);
    }
  });

  it('answers many callers on connections of their own', async () => {
    const { url, signed } = await startExample(python);
    const calls = Array.from({ length: 60 }, () => keepAliveCaller()(`${url}?token=${signed.token}&action=lead`));
    const ids = (await Promise.all(calls)).map(({ json }) => json.order_id);
    expect(new Set(ids).size).toBe(60);
  });
});
