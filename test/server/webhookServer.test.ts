import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Journal } from '../../src/journal/journal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { MemoryJournal } from '../../src/journal/memoryJournal.ts';
import { signToken } from '../../src/protocol/token.ts';
import { raw, startServer } from '../helpers/webhookServer.ts';

const credentials = { user: 'demouser', password: 'secret' };

describe('the answers of the webhook', () => {
  it.each([
    ['action=lead&id=90', { status: 'ok', order_id: 'order-90' }],
    ['action=message&leadId=155&text=a', { status: 'ok' }],
    ['action=task&element_id=5', { status: 'ok', task_id: 'task-5' }],
    ['action=call&id=7', { status: 'ok', call_id: 'call-7' }],
    ['action=export&date=1&offset=0&limit=10', { pagination: { total_count: 0, limit: 1000 }, orders: [] }],
    ['action=export_clients', { pagination: { total_count: 0, limit: 1000 }, clients: [] }],
  ])('%s is answered 200', async (query, expected) => {
    const { url } = await startServer();
    const response = await fetch(`${url}any/path?${query}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(expected);
  });

  it('import_scheme lists statuses, fields and managers', async () => {
    const { url } = await startServer();
    const scheme: unknown = await (await fetch(`${url}?action=import_scheme`)).json();
    expect(scheme).toEqual({
      statuses: expect.arrayContaining([{ id: expect.any(String), name: expect.any(String) }]),
      fields: expect.arrayContaining([{ id: expect.any(String), name: expect.any(String) }]),
      managers: expect.arrayContaining([expect.objectContaining({ id: '1', email: 'manager@site.ru' })]),
    });
  });

  it.each([
    ['GET', '', 400, 'action is missing'],
    ['GET', '?action=delete', 400, 'action is unknown'],
    ['POST', '?action=lead&id=1', 405, 'POST is not allowed'],
    ['DELETE', '?action=lead&id=1', 405, 'DELETE is not allowed'],
    ['OPTIONS', '?action=lead&id=1', 405, 'OPTIONS is not allowed'],
  ])('%s %j is refused with %i and recorded', async (method, query, status, message) => {
    const { url, records } = await startServer();
    const response = await fetch(url + query, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ status: 'error', message: expect.stringContaining(message) });
    expect(response.headers.get('allow')).toBe(status === 405 ? 'GET' : null);
    expect(await records()).toMatchObject([{ method, target: `/${query}`, answer: { status } }]);
  });

  it('HEAD is refused without a body, and CONNECT over its raw socket', async () => {
    const { port, records } = await startServer();
    expect(await raw(port, 'HEAD /?action=lead HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      / 405 .*\r\n\r\n$/s,
    );
    expect(await raw(port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n')).toMatch(/ 405 .*"status":"error"/s);
    expect((await records()).map(({ method }) => method)).toEqual(['HEAD', 'CONNECT']);
  });
});

describe('tokens', () => {
  it('the right one is a match', async () => {
    const { url, records } = await startServer({ rules: { credentials, strict: false } });
    const response = await fetch(`${url}?user=demouser&token=${signToken(credentials)}&action=lead&id=1`);
    expect(response.status).toBe(200);
    expect(await records()).toMatchObject([{ token: 'match', problems: [] }]);
  });

  it('a wrong one is refused with 401, and its diagnosis stays here', async () => {
    const { url, records } = await startServer({ rules: { credentials, strict: false } });
    const token = signToken({ user: 'secret', password: 'demouser' });
    const response = await fetch(`${url}?user=demouser&token=${token}&action=lead&id=1`);
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ status: 'error', message: 'token does not match' });
    expect(await records()).toMatchObject([
      { token: 'mismatch', tokenDiagnosis: 'It is md5(password + user): the order is reversed.', orderId: null },
    ]);
  });

  it.each(['', '&token='])('a missing one (%j) is refused with 401', async (piece) => {
    const { url, records } = await startServer({ rules: { credentials, strict: false } });
    expect((await fetch(`${url}?user=demouser${piece}&action=lead&id=1`)).status).toBe(401);
    expect(await records()).toMatchObject([{ token: 'missing', problems: [{ code: 'token-missing' }] }]);
  });

  it('the right one with another login is accepted with a problem', async () => {
    const { url, records } = await startServer({ rules: { credentials, strict: false } });
    expect((await fetch(`${url}?user=demo&token=${signToken(credentials)}&action=lead&id=1`)).status).toBe(200);
    expect(await records()).toMatchObject([{ token: 'match', problems: [{ code: 'user-mismatch' }] }]);
  });

  it('are masked wherever they stand in a record, unless they are to be kept', async () => {
    const token = signToken(credentials);
    const target = `?token=${token}&action=lead&id=1`;
    const request = {
      method: 'POST',
      headers: { Referer: `http://a/${target}`, Authorization: `Bearer ${token}` },
      body: `token=${token}`,
    };
    const masking = await startServer({ rules: { credentials, strict: false } });
    await fetch(masking.url + target, request);
    expect(JSON.stringify(await masking.records())).not.toContain(token);
    const keeping = await startServer({ rules: { credentials, strict: false }, keepToken: true });
    await fetch(keeping.url + target, request);
    expect(JSON.stringify(await keeping.records()).split(token)).toHaveLength(6);
  });
});

describe('odd but usable values', () => {
  const odd = '?action=lead&id=1&created_date=yesterday&data=x&title=%C7%E0%FF%E2%EA%E0';

  it('are problems of the record, not refusals', async () => {
    const { url, records } = await startServer();
    expect((await fetch(url + odd)).status).toBe(200);
    const [record] = await records();
    expect(record?.problems.map(({ code }) => code)).toEqual(['windows-1251', 'data-not-json', 'created-date-format']);
    expect(record?.parameters['title']).toBe('Заявка');
    expect(record?.target).toBe(`/${odd}`);
  });

  it('are refused by strict rules, which name them', async () => {
    const { url } = await startServer({ rules: { credentials: undefined, strict: true } });
    const response = await fetch(url + odd);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      status: 'error',
      message: 'refused by --strict: windows-1251, data-not-json, created-date-format',
    });
    expect((await fetch(`${url}?action=lead&id=1`)).status).toBe(200);
  });
});

describe('a journal that cannot be written', () => {
  it('gives 503 and never ok', async () => {
    const journal = new MemoryJournal();
    await journal.close();
    const { url, failures, answered, lines } = await startServer({ journal });
    const response = await fetch(`${url}?action=lead&id=1`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ status: 'error' });
    expect(failures).toMatchObject([{ name: 'JournalError' }]);
    expect(answered).toMatchObject([{ answer: { status: 503 }, orderId: null }]);
    expect(lines).toEqual([undefined]);
  });

  it('is told with its line as it stands in the journal', async () => {
    const { url, port, lines, records } = await startServer();
    await fetch(`${url}?action=lead&id=1&title=${encodeURIComponent('Звонок')}`);
    await raw(port, 'garbage\r\n\r\n');
    expect(lines).toEqual((await records()).map(encodeLine));
    expect(lines).toHaveLength(2);
  });
});

/** A journal that waits on its way to the disk: `begun` tells that a record came, `open` lets it go on. */
function gatedJournal(): { journal: Journal; begun: Promise<unknown>; open: () => void } {
  const memory = new MemoryJournal();
  const steps = new EventEmitter();
  const begun = once(steps, 'begun');
  const journal: Journal = {
    scan: () => memory.scan(),
    close: () => memory.close(),
    append: async (record) => {
      const opened = once(steps, 'open');
      steps.emit('begun');
      await opened;
      await memory.append(record);
    },
  };
  return { journal, begun, open: () => steps.emit('open') };
}

describe('close', () => {
  it('finishes what is in flight, and closes idle connections', async () => {
    const { journal, begun, open } = gatedJournal();
    const { url, port, close } = await startServer({ journal });
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    const response = fetch(`${url}?action=lead&id=1`);
    await begun;
    const closed = close();
    open();
    expect((await response).status).toBe(200);
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });

  it('still records a request whose body does not come to its end', async () => {
    const { port, close, records } = await startServer();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /?action=lead HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc');
    // The answer to a second request shows that the first has been seen.
    await raw(port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await close();
    expect(await records()).toMatchObject([{ method: 'GET' }, { method: 'POST', answer: null, body: { data: 'abc' } }]);
  });

  it('does not wait for a caller that left while its request was recorded', async () => {
    const { journal, begun, open } = gatedJournal();
    const { port, close, answered, records } = await startServer({ journal });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET /?action=lead&id=1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await begun;
    socket.resetAndDestroy();
    // A second connection that is closed in its turn shows that the reset of the first has been seen.
    await raw(port, '');
    open();
    await close();
    expect(answered.map(({ seq }) => seq)).toContain(1);
    expect((await records()).map(({ seq }) => seq)).toContain(1);
  }, 4000);
});
