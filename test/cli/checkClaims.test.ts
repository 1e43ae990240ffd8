import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CheckDocument } from '../helpers/check.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { startHandler } from '../helpers/handler.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { run } from '../../src/cli/run.ts';

type Answer = readonly [status: number, json: unknown];

/** A handler in which `answer` decides; undefined stands for the answer of a right one. */
function startShop(answer: (query: URLSearchParams, count: number) => Answer | undefined): Promise<string> {
  let count = 0;
  return startHandler((request, response) => {
    const query = new URL(request.url ?? '/', 'http://shop').searchParams;
    count += 1;
    const right: Answer =
      query.get('action') === 'lead'
        ? [200, { status: 'ok', order_id: `order-${query.get('id') || count}` }]
        : query.get('action') === 'message'
          ? [200, { status: 'ok' }]
          : [400, { status: 'error' }];
    const [status, json] = answer(query, count) ?? right;
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(json));
  });
}

async function check(url: string, ...args: readonly string[]) {
  const environment = fakeEnvironment(['check', url, '--json', ...args]);
  const code = await run(environment);
  const text = environment.stdout.text();
  const document = (text === '' ? {} : JSON.parse(text)) as CheckDocument & {
    checks: ReadonlyArray<{ alone: string }>;
  };
  const outcomes = Object.fromEntries((document.checks ?? []).map(({ id, outcome }) => [id, outcome]));
  return { code, document, outcomes, stderr: environment.stderr.text() };
}

describe('a handler that takes no lead passes no choice of checks', () => {
  it.each([['text', 'idempotency'], ['auth'], ['robustness'], ['answer-status-ok'], ['answer-message']])(
    '--only %s %s',
    async (...only) => {
      for (const refusal of [500, 401]) {
        const url = await startShop(() => [refusal, { status: 'error' }]);
        const { code, document } = await check(url, '--user', 'u', '--password', 'p', '--only', ...only);
        expect({ code, verdict: document.verdict, passed: document.counts.passed }).toMatchObject({
          code: 1,
          verdict: 'failed',
          passed: 0,
        });
        expect(document.stopped).toMatch(/a plain lead is not taken \(HTTP|no check passed: /);
      }
    },
  );

  it('and the sentence that says so repeats no secret', async () => {
    const secrets = ['c4nary-password', 'c4nary-header'];
    const url = await startShop(() => [500, { message: secrets.join(' ') }]);
    const args = ['--user', 'u', '--password', 'c4nary-password', '-H', 'X-Api-Key: c4nary-header', '--only', 'auth'];
    const { document } = await check(url, ...args);
    expect(document.stopped).toContain('a plain lead is not taken (HTTP 500');
    expect(JSON.stringify(document)).not.toContain('c4nary');
  });

  it('nor does a right one pass checks of which none could be made', async () => {
    const { code, document } = await check(await startShop(() => undefined), '--only', 'auth');
    expect(code).toBe(1);
    expect(document.stopped).toBe('no check passed: no --user and --password are given');
  });
});

describe('check finds', () => {
  const outcomeOf = async (id: string, answer: Parameters<typeof startShop>[0]) => {
    const { outcomes, code } = await check(await startShop(answer), '--only', id, '--strict');
    return { outcome: outcomes[id], code };
  };
  const found = { outcome: 'failed', code: 1 };
  const refused: Answer = [200, { status: 'error', message: 'no' }];

  it('a visit, an empty data or a new parameter that is refused, though nothing breaks', async () => {
    expect(
      await outcomeOf('robust-visit-not-number', (query) =>
        /\D/.test(query.get('visit') ?? '') ? refused : undefined,
      ),
    ).toEqual(found);
    expect(await outcomeOf('robust-data-empty', (query) => (query.get('data') === '' ? refused : undefined))).toEqual(
      found,
    );
    expect(
      await outcomeOf('robust-unknown-parameters', (query) => (query.has('manager_id') ? refused : undefined)),
    ).toEqual(found);
  });

  it('a visit that is stored as a number, where orders can be read back', async () => {
    const stored: Array<Record<string, unknown>> = [];
    const makeShop = (store: (visit: string) => unknown) =>
      startHandler((request, response) => {
        const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://shop');
        if (pathname.startsWith('/orders/')) response.end(JSON.stringify(stored[Number(pathname.slice(8)) - 1]));
        else {
          stored.push({ visit: store(query.get('visit') ?? '') });
          response.end(JSON.stringify({ status: 'ok', order_id: stored.length }));
        }
      });
    const outcomeWith = async (store: (visit: string) => unknown) => {
      const url = await makeShop(store);
      const args = ['--only', 'robust-visit-not-number', '--read-back', `${url}orders/{order_id}`];
      return (await check(url, ...args)).outcomes['robust-visit-not-number'];
    };
    expect(await outcomeWith((visit) => Number.parseInt(visit, 10) || 0)).toBe('failed');
    expect(await outcomeWith((visit) => visit)).toBe('passed');
    // A CRM that does not keep visits at all has no such fault.
    expect(await outcomeWith(() => undefined)).toBe('passed');
  });

  it('leads without an id that share an order', async () => {
    expect(
      await outcomeOf('answer-own-order', (query) =>
        query.has('id') ? undefined : [200, { status: 'ok', order_id: '60' }],
      ),
    ).toEqual(found);
  });

  it('a second of two equal leads that is refused, whichever it is', async () => {
    const seen = new Set<string | null>();
    const once = (query: URLSearchParams): Answer | undefined => {
      const isKnown = seen.has(query.get('id'));
      seen.add(query.get('id'));
      return isKnown ? [500, { status: 'error' }] : undefined;
    };
    expect(await outcomeOf('idempotent-at-once', once)).toEqual(found);
    expect(await outcomeOf('idempotent-twice', once)).toEqual(found);
  });

  it('a first of two equal leads that is refused', async () => {
    const seen = new Set<string | null>();
    const again = (query: URLSearchParams): Answer | undefined => {
      const isKnown = seen.has(query.get('id'));
      seen.add(query.get('id'));
      return isKnown ? undefined : [500, { status: 'error' }];
    };
    expect(await outcomeOf('idempotent-twice', again)).toEqual(found);
  });

  it('no right refusal in a limit of the rate', async () => {
    const limited = (_query: URLSearchParams, count: number): Answer | undefined => (count > 1 ? [429, {}] : undefined);
    const args = ['--user', 'u', '--password', 'p', '--only', 'auth-wrong-token'];
    const { outcomes, code } = await check(await startShop(limited), ...args);
    expect({ outcome: outcomes['auth-wrong-token'], code }).toEqual(found);
  });

  it('a limit of the rate, which shows nothing of the handler behind it', async () => {
    const url = await startShop((_query, count) => (count > 12 ? [429, { message: 'slow down' }] : undefined));
    const { code, document, outcomes } = await check(url, '--user', 'u', '--password', 'p');
    expect(document.stopped).toMatch(/^the handler refuses further requests \(HTTP 429, .* since answer-message$/);
    expect(Object.values(outcomes).filter((outcome) => outcome === 'failed')).toHaveLength(1);
    expect(code).toBe(1);
  });
});

describe('check does not blame the token', () => {
  it('for one answer that failed by chance', async () => {
    const url = await startShop((_query, count) =>
      count === 1 ? [200, { status: 'error', message: 'gone' }] : undefined,
    );
    const { document, outcomes } = await check(url, '--user', 'u', '--password', 'p', '--only', 'contact');
    expect(outcomes['contact-right-token']).toBe('skipped');
    expect(JSON.stringify(document)).toContain('refused once, and another one is taken');
  });

  it('nor for two, of a handler that takes any token afterwards', async () => {
    const url = await startShop((_query, count) => (count < 3 ? [200, { status: 'error' }] : undefined));
    const { document } = await check(url, '--user', 'u', '--password', 'p', '--only', 'contact');
    expect(JSON.stringify(document)).toContain('whether for its token cannot be told');
    expect(JSON.stringify(document)).not.toContain('another one is accepted');
  });

  it('but says that it may be the token when each request is refused in words', async () => {
    const url = await startShop(() => [200, { status: 'error', message: 'Invalid token' }]);
    const { document } = await check(url, '--user', 'u', '--password', 'wrong');
    const failed = document.checks.find(({ outcome }) => outcome === 'failed');
    expect(failed?.id).toBe('contact-tells-apart');
    expect(failed?.findings[0]?.advice).toMatch(/^It may be for the token\. Compare login and password/);
  });
});

describe('what is around a check', () => {
  it('sends the chat under the name that --text-param gives', async () => {
    const url = await startShop((query) =>
      query.get('action') === 'message' && !query.has('message') ? [400, { status: 'error' }] : undefined,
    );
    expect((await check(url, '--only', 'answer-message')).outcomes['answer-message']).toBe('failed');
    const named = await check(url, '--only', 'answer-message', '--text-param', 'message');
    expect(named.outcomes['answer-message']).toBe('passed');
  });

  it('does not take a text for stored that it cannot read back', async () => {
    const url = await startShop(() => undefined);
    const args = ['--only', 'text-yo', '--read-back', `${url}orders/{order_id}`];
    const { outcomes, code, document } = await check(url, ...args);
    expect({ outcome: outcomes['text-yo'], code }).toEqual({ outcome: 'skipped', code: 1 });
    expect(document.checks[0]?.reason).toContain('cannot be read');
  });

  it('gives a command for one check alone that works again, with all that decides how it is called', async () => {
    const url = await startShop((query) => (query.get('data') === '' ? [500, {}] : undefined));
    const options = ['--message-url', `${url}m`, '--user=-u', '--password', 'p', '--text-param', 'message'];
    const more = ['--read-back', `${url}o/{order_id}/x`, '--max-latency', '2s', '--timeout', '9s', '-H', 'X-Shop: 7'];
    const { document } = await check(url, ...options, ...more, '--insecure', '--only', 'robust-data-empty');
    const alone = document.checks[0]?.alone.split(' ').slice(1) ?? [];
    expect(alone.join(' ')).toBe(
      `check ${url} --message-url ${url}m --user=-u --text-param message --read-back '${url}o/{order_id}/x' ` +
        "--max-latency 2000ms --timeout 9000ms -H 'X-Shop: 7' --insecure --only robust-data-empty",
    );
  });

  it('copes with an address whose own query fills the request line', async () => {
    const url = `${await startShop(() => undefined)}?q=${'x'.repeat(9000)}`;
    const { outcomes, stderr } = await check(url, '--only', 'text-long');
    expect(stderr).not.toContain('not expected');
    expect(outcomes['text-long']).toBe('passed');
  });

  it('does not wait for the time-out of each of many requests that hang', async () => {
    const right = await startShop(() => undefined);
    let requests = 0;
    const url = await startHandler((request, response) => {
      requests += 1;
      if (requests > 1) return;
      void fetch(new URL(request.url ?? '/', right))
        .then((answer) => answer.text())
        .then((text) => response.end(text));
    });
    const { code } = await check(url, '--only', 'robust-missing-parameters', '--timeout', '200ms');
    // The plain lead, and two that hang.
    expect({ code, requests }).toEqual({ code: 1, requests: 3 });
  });

  it('leaves an old report alone when it does not come to a new one', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'old.json'), 'old');
    await mkdir(join(cwd, 'folder'));
    const url = await startShop(() => undefined);
    for (const [args, code] of [
      [['--cacert', 'none.pem'], 2],
      // Opened after the report in question.
      [['--report-markdown', 'folder'], 3],
    ] as const) {
      const environment = fakeEnvironment(['check', url, '--report-json', 'old.json', ...args], { cwd });
      expect(await run(environment)).toBe(code);
      expect(await readFile(join(cwd, 'old.json'), 'utf8')).toBe('old');
    }
    expect(await run(fakeEnvironment(['check', url, '--report-json', 'old.json'], { cwd }))).toBe(0);
    expect(JSON.parse(await readFile(join(cwd, 'old.json'), 'utf8'))).toMatchObject({ verdict: 'passed' });
  });

  it.each([
    [['http://a%zz:b@127.0.0.1:1/'], 'Write a % of the login or password as %25'],
    [['http://127.0.0.1:1/', '--read-back', 'http://{order_id}.example/'], 'in the path or the query'],
    [['http://127.0.0.1:1/', '--only', ''], '--only is empty'],
    [['http://127.0.0.1:1/', '--only', 'text-cirillic'], 'Did you mean text-cyrillic?'],
    [['ftp://u:p@h/?token=c4nary'], 'Write a whole address'],
  ])('%j is wrong usage', async ([url = '', ...args], message) => {
    const { code, stderr } = await check(url, ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('c4nary');
    expect(code).toBe(2);
  });
});
