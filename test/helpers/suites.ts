import fc from 'fast-check';
import { type RequestListener } from 'node:http';
import { HandlerCaller } from '../../src/client/handlerCaller.ts';
import { checks, type CheckId } from '../../src/conformance/checks.ts';
import { type SuiteOptions, runSuite } from '../../src/conformance/runSuite.ts';
import { countResults } from '../../src/conformance/suiteResult.ts';
import { seededRandom } from '../../src/protocol/random.ts';
import { type ShownFinding, type ShownResult, type ShownSuite, shownSuite } from '../../src/report/check/shownSuite.ts';
import { startHandler } from './handler.ts';

/** Runs checks against a real handler, and gives what reporters get. */
export async function checkHandler(url: string, changes: Partial<SuiteOptions> = {}): Promise<ShownSuite> {
  const credentials = { user: 'demouser', password: 'canary-password' };
  const token = 'd6f4cd3ae95bcc75dfa2b6a5e1d4a08f';
  const signal = changes.signal ?? new AbortController().signal;
  const elapsed = (): number => performance.now();
  const caller = new HandlerCaller({
    timeoutMs: 10_000,
    ca: undefined,
    insecure: false,
    proxy: undefined,
    proxies: { http: '', https: '', none: '' },
    signal,
    elapsed,
    waitMs: 0,
    headers: [],
    cacert: undefined,
    userAgent: 'test',
    dryRun: false,
  });
  const suite = await runSuite({
    ids: Object.keys(checks) as CheckId[],
    strict: false,
    signal,
    elapsed,
    now: () => new Date('2026-11-22T10:00:00.000Z'),
    caller,
    webhook: new URL(url),
    messageWebhook: new URL(url),
    user: credentials.user,
    token,
    signed: true,
    credentials,
    marker: 'check 0badcafe',
    textParam: 'text',
    maxLatencyMs: 60_000,
    readBack: undefined,
    random: seededRandom(1),
    onResult: () => {},
    ...changes,
  });
  caller.close();
  const invocation = 'roistat-hook';
  const command = `roistat-hook check ${url}`;
  const secrets = { token, credentials, addresses: [url], headers: [] };
  return shownSuite(suite, { showSecrets: false, invocation, command, ...secrets });
}

/** A handler that takes every token, stumbles over a missing visit, and answers messages with nothing. */
export const careless: RequestListener = (request, response) => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  if (query.get('action') === 'message') response.end();
  else if (query.get('action') !== 'lead') response.writeHead(400).end('{"status":"error"}');
  else if (!query.has('visit')) response.end('<b>Warning</b>: Undefined array key "visit" in a.php\n{"status":"ok"}');
  else response.end(JSON.stringify({ status: 'ok', order_id: `order-${query.get('id') ?? query.get('phone')}` }));
};

/** A run against the careless handler: passed, failed at every level, with one and several findings, and skipped. */
export async function carelessSuite(changes: Partial<SuiteOptions> = {}): Promise<ShownSuite> {
  return checkHandler(await startHandler(careless), changes);
}

const nasty = [
  ['\0', '\u001b[2J', '\u0085', '\r', '\n', '\t', ' ', '\ud800', '\udfff', '\ufffe', '\uffff', '\u202e', '\u2028'],
  [']]>', '<![CDATA[', '<!--', '<script>', '</details>', '&lt;', '&', '"', "'", '<img src=x onerror=alert(1)>'],
  ['|', '\\', '`', '```', '~~~', '@admin', '[x](http://evil.example)', '![x](y)', 'http://evil.example', '**x**'],
  ['www.evil.example', 'a@evil.example', '# ', ' # TODO x', ' # SKIP', 'Bail out!', '---', '...', '1..0', ' {'],
  ['not ok 1', 'time=1ms', ': ', '- ', '%', '🙂', 'ё', 'x'],
].flat();

/** Text that a handler or an attacker might answer with: any characters, and pieces that mean something somewhere. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom(...nasty), { maxLength: 12 }).map((pieces) => pieces.join('')),
);

const finding: fc.Arbitrary<ShownFinding> = fc.record({
  sent: fc.array(hostileText, { minLength: 1, maxLength: 2 }),
  expected: hostileText,
  received: hostileText,
  advice: fc.option(hostileText, { nil: undefined }),
  reproduction: fc.array(hostileText, { maxLength: 3 }),
});

const result: fc.Arbitrary<ShownResult> = fc
  .tuple(
    fc.constantFrom('MUST' as const, 'SHOULD' as const, 'MAY' as const),
    fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const),
    fc.array(finding, { minLength: 1, maxLength: 5 }),
    fc.record({ reason: hostileText, means: hostileText, mend: hostileText, alone: hostileText }),
    fc.constantFrom('contact', 'answer'),
    fc.integer({ min: 0, max: 100_000 }),
  )
  .map(([level, outcome, findings, { reason, ...texts }, group, durationMs]) => ({
    ...texts,
    id: 'answer-json',
    group,
    level,
    title: checks['answer-json'].title,
    outcome,
    reason: outcome === 'skipped' ? reason : undefined,
    findings: outcome === 'failed' ? findings : [],
    requests: 1,
    durationMs,
  }));

/** A run in which every text that may come from others is hostile. */
export const hostileSuite: fc.Arbitrary<ShownSuite> = fc
  .record({
    results: fc.array(result, { minLength: 1, maxLength: 8 }),
    strict: fc.boolean(),
    stopped: fc.option(hostileText, { nil: undefined }),
    marker: hostileText,
    address: hostileText,
    verdict: fc.constantFrom('passed' as const, 'failed' as const, 'unreachable' as const, 'interrupted' as const),
  })
  .map(({ results, marker, address, ...fields }) => ({
    ...fields,
    results,
    plan: { ids: [], leads: results.length, marker, url: address, messageUrl: address },
    counts: countResults(results),
    startedAt: new Date('2026-11-22T10:00:00.000Z'),
    durationMs: 1234,
    requests: 5,
  }));
