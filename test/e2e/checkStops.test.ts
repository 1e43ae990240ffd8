import { type RequestListener, type Server } from 'node:http';
import { type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { md5Hex } from '../../src/protocol/token.ts';
import { type Checked, findingsOf, idsOf, runCheck, runCheckHere } from '../helpers/check.ts';
import { runCli, startProgram } from '../helpers/cli.ts';
import { startHandler } from '../helpers/handler.ts';
import { freePort, startTcpServer } from '../helpers/tcpServer.ts';

const ranOf = ({ document }: Checked): string[] =>
  document.checks.filter(({ reason }) => reason !== 'the run ended before').map(({ id }) => id);

/** Takes every lead and every message. */
const takesAll: RequestListener = (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://site.ru');
  const isLead = searchParams.get('action') === 'lead';
  response.writeHead(isLead || searchParams.get('action') === 'message' ? 200 : 400, {
    'Content-Type': 'application/json',
  });
  response.end(
    JSON.stringify({
      status: 'ok',
      ...(isLead ? { order_id: `order-${searchParams.get('id') ?? searchParams.get('phone')}` } : {}),
    }),
  );
};

test('a handler that is down gets one request, and one sentence about it', async () => {
  const url = `http://127.0.0.1:${await freePort()}/`;
  const checked = await runCheck(url);
  const sentence = `nothing listens on ${new URL(url).host}: is the server running?`;
  expect(checked).toMatchObject({ code: 3, document: { verdict: 'unreachable', stopped: sentence, requests: 1 } });
  expect(idsOf(checked, 'failed')).toEqual(['contact-answers']);
  expect(findingsOf(checked, 'contact-answers')).toMatchObject([{ received: sentence }]);
  expect(ranOf(checked)).toEqual(['contact-answers']);
});

test('a person sees one failure of a handler that is down, and none of what was not tried', async () => {
  const { code, stdout } = await runCli(['check', `http://127.0.0.1:${await freePort()}/`]);
  expect(code).toBe(3);
  expect(stdout.match(/^ *[✗!i-] .*$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/^✗ unreachable: 1 MUST failed, 0 passed, \d+ skipped; 1 request in /m);
  expect(stdout).toMatch(/^ {2}Why: nothing listens on /m);
});

test('a server that closes every connection is not reached', async () => {
  const port = await startTcpServer((socket) => socket.destroy());
  const checked = await runCheck(`http://127.0.0.1:${port}/`);
  expect(checked).toMatchObject({ code: 3, document: { verdict: 'unreachable', requests: 1 } });
  expect(idsOf(checked, 'failed')).toEqual(['contact-answers']);
  expect(findingsOf(checked, 'contact-answers')[0]?.received).toMatch(/closed the connection before the answer/);
});

const noHandlers: Record<string, RequestListener> = {
  'a login page that everything is redirected to': (request, response) => {
    response.writeHead(302, { Location: `/login?back=${encodeURIComponent(request.url ?? '')}` }).end();
  },
  'a page that is not there, with the time and the address in it': (request, response) => {
    const address = (request.url ?? '').replaceAll('&', '&amp;');
    const page = `<!doctype html><title>404</title><p>${address} was not found at ${process.hrtime.bigint()}</p>`;
    response.writeHead(404, { 'Content-Type': 'text/html' }).end(page);
  },
  'a login form': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<!doctype html><form><input name="csrf" value="${process.hrtime.bigint()}">Login</form>`);
  },
  'an error of a framework in JSON, with the time in it': (request, response) => {
    response.writeHead(404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ timestamp: Date.now(), status: 404, error: 'Not Found', path: request.url }));
  },
  'a constant': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"status":"ok","order_id":"1"}');
  },
};

test.each(Object.entries(noHandlers))('%s is no handler, and nothing else is said of it', async (_name, listener) => {
  const checked = await runCheckHere(await startHandler(listener), ['--user', 'demouser', '--password', 'secret']);
  expect(idsOf(checked, 'failed')).toEqual(['contact-tells-apart']);
  expect(ranOf(checked)).toEqual(['contact-answers', 'contact-right-token', 'contact-tells-apart']);
  const stopped = expect.stringMatching(/^every request is answered the same way: /) as string;
  expect(checked).toMatchObject({ code: 1, document: { verdict: 'failed', stopped, requests: 3 } });
});

test('who is refused without credentials learns how to give them', async () => {
  const url = await startHandler((_request, response) => {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"status":"error","message":"token"}');
  });
  const checked = await runCheck(url);
  expect(checked).toMatchObject({ code: 1, document: { verdict: 'failed', requests: 2 } });
  expect(idsOf(checked, 'failed')).toEqual(['contact-right-token']);
  const [finding] = findingsOf(checked, 'contact-right-token');
  expect(finding?.received).toMatch(/^the token of empty credentials is refused \(HTTP 401 and /);
  expect(finding?.advice).toContain('--user LOGIN, and the password in ROISTAT_HOOK_PASSWORD');
});

test('the rule of a handler is found for a login without a password, too', async () => {
  const rule = md5Hex('demouser:');
  const url = await startHandler((request, response) => {
    const isRight = new URL(request.url ?? '', 'http://site.ru').searchParams.get('token') === rule;
    response.end(isRight ? '{"status":"ok","order_id":1}' : '{"status":"error","message":"token"}');
  });
  const checked = await runCheckHere(url, ['--user', 'demouser']);
  expect(checked.code).toBe(1);
  const [finding] = findingsOf(checked, 'contact-right-token');
  expect(finding?.received).toMatch(/another one is accepted\. It is made with a colon between user and password/);
});

/** Takes so many requests, and then does something else. */
async function startFor(requests: number, then: RequestListener): Promise<string> {
  let left = requests;
  return startHandler((request, response) => {
    left -= 1;
    (left >= 0 ? takesAll : then)(request, response);
  });
}

/** Closes the connection of the request at hand, too, so that one check more may fail than the one that meets nobody. */
const die: RequestListener = (request) => {
  const { server } = request.socket as Socket & { readonly server: Server };
  server.close();
  server.closeAllConnections();
};

// Each of these numbers of requests ends in another check, some of which are a SHOULD.
test.each([4, 10, 12, 31, 37, 42, 51])(
  'a handler that dies after %i requests fails the run at once',
  async (requests) => {
    const checked = await runCheckHere(await startFor(requests, die));
    const failed = idsOf(checked, 'failed');
    expect(failed.length).toBeLessThanOrEqual(2);
    expect(ranOf(checked).slice(-failed.length)).toEqual(failed);
    const stopped = `the handler cannot be reached any more since ${failed.at(-1)}`;
    expect(checked).toMatchObject({ code: 1, document: { verdict: 'failed', stopped } });
  },
);

test('a handler that hangs is given up after two checks without an answer', async () => {
  const url = await startFor(8, () => {});
  const checked = await runCheck(url, ['--timeout', '500ms']);
  expect(checked).toMatchObject({ code: 1, document: { verdict: 'failed' } });
  const failed = idsOf(checked, 'failed');
  expect(failed).toHaveLength(2);
  expect(ranOf(checked).slice(-2)).toEqual(failed);
  expect(checked.document.stopped).toBe(`the handler answers no longer since ${failed[1]}`);
  expect(findingsOf(checked, failed[1] ?? '')[0]?.received).toMatch(/^no complete answer from .* within 0\.5 s$/);
});

test('an interrupted run says what it knows by then', async () => {
  let hang = (): void => {};
  const hangs = new Promise<void>((resolve) => {
    hang = resolve;
  });
  const url = await startFor(12, hang);
  const checking = startProgram(['check', url]);
  await hangs;
  expect(await checking.stop('SIGINT')).toBe(130);
  expect(checking.stdout()).toMatch(/^ {2}✓ MUST accept the token md5/m);
  expect(checking.stdout()).toMatch(/^✗ interrupted: \d+ passed, \d+ skipped; 12 requests in /m);
  expect(checking.stdout()).toMatch(/^ {2}Why: interrupted$/m);
});
