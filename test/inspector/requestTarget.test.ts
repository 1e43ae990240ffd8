import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startServe } from '../helpers/cli.ts';
import { sendLead } from '../helpers/leads.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Sends these very bytes, and resolves with all that comes back. */
function exchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('error', reject).once('close', () => resolve(text));
  });
}

async function start() {
  const serve = await startServe([], { cwd: await temporaryFolder() });
  await sendLead(serve.url, { title: 'canary' });
  const { host, port } = new URL(serve.inspectUrl);
  const ask = async (line: string, headers = ''): Promise<{ status: number; head: string; body: string }> => {
    const text = await exchange(
      Number(port),
      `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`,
    );
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return { status: Number(head.slice(9, 12)), head, body };
  };
  return { ask, host };
}

describe('the request target', () => {
  it('is guarded and served as the same path, so that no spelling of it gets around the guard', async () => {
    const { ask, host } = await start();
    const site = 'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n';
    const targets = ['//x/api/records', '///api/records', `http://${host}/api/records`, '/\\x/api/records', '//', '*'];
    for (const target of targets) {
      for (const headers of [site, '']) {
        const { status, body } = await ask(`GET ${target}`, headers);
        expect({ target, status }).toEqual({ target, status: 400 });
        expect(body).not.toContain('canary');
      }
    }
    for (const target of ['/./api/records', '/x/../api/records', '/%61pi/records', '/api%2frecords', '/api/records/']) {
      expect({ target, status: (await ask(`GET ${target}`)).status }).toEqual({ target, status: 404 });
      expect((await ask(`GET ${target}`, site)).status).toBe(403);
    }
    expect((await ask('GET /api/records')).body).toContain('canary');
  });

  it('is asked of one host', async () => {
    const { ask, host } = await start();
    for (const other of [host, 'evil.example']) {
      expect((await ask('GET /api/records', `Host: ${other}\r\n`)).status).toBe(400);
    }
  });

  it('is answered to HEAD as to GET, without the body', async () => {
    const { ask } = await start();
    for (const path of ['/', '/icon.svg', '/api/session', '/api/records', '/api/export', '/api/events', '/nowhere']) {
      const head = await ask(`HEAD ${path}`);
      expect({ path, status: head.status, body: head.body }).toEqual({
        path,
        status: path === '/nowhere' ? 404 : 200,
        body: '',
      });
      expect(head.head).toMatch(/content-type/i);
    }
    const length = /content-length: (\d+)/i;
    const [, whole] = length.exec((await ask('GET /')).head) ?? [];
    expect(length.exec((await ask('HEAD /')).head)?.[1]).toBe(whole);
  });
});
