import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FindingDocument, findingsOf, runCheck } from '../helpers/check.ts';
import { startHandler } from '../helpers/handler.ts';
import { hasCurl, hasPhp } from '../helpers/needs.ts';
import { startRecorder } from '../helpers/recorder.ts';
import { installedPath, typeLine } from '../helpers/shell.ts';
import { type Shop, shopEnv, shopUser, startShop } from '../helpers/shop.ts';

/** Pastes the lines into a shell that knows the password or token and nothing else; resolves with what it printed. */
async function paste(lines: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const PATH = await installedPath();
  const shell = typeLine(lines.join('\n'), process.cwd(), { PATH, ...env });
  const code = await shell.ended;
  if (code !== 0) throw new Error(`the shell ended with ${code}: ${shell.stderr()}`);
  return shell.stdout();
}

/** What a handler that takes any token and makes an order of every request gets wrong. */
const nearMisses = [
  'a lead with a wrong token',
  'a lead without a token',
  'a lead with an empty token',
  'a lead with the token of empty credentials',
  "a lead of another user, with that user's token",
  'a lead with the right token in upper case',
  'a lead with md5(password + user)',
  'a lead with md5(user + ":" + password)',
  'a lead with md5(user + "|" + password)',
  'a lead with md5(user + " " + password)',
  'a lead with md5(user + "_" + password)',
  'a lead with md5(user + "-" + password)',
  String.raw`a lead with md5(user + "\n" + password)`,
  'a message with a wrong token',
  'a lead, then the same lead again',
  'a lead, then the same lead at the same time',
];

describe.runIf(hasCurl)('lines that send the same again (needs curl)', () => {
  const login = `-it's "$HOME" \\ %s логин`;
  const awkward = `-it's "$HOME" \\ \`id\` %s пароль`;

  // The handler takes any token and gives every request an order: it fails each check of the token, and more.
  test('send the requests of every finding again, byte for byte, whatever login and password', async () => {
    const targets: string[] = [];
    const url = await startHandler((request, response) => {
      targets.push(request.url ?? '');
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ status: 'ok', order_id: targets.length }));
    });
    const args = ['--user', login, '--only', 'auth', 'idempotency'];
    const checked = await runCheck(url, args, { env: { ROISTAT_HOOK_PASSWORD: awkward } });
    const sent = targets.splice(0);
    const findings = checked.document.checks.flatMap((check) => check.findings);
    expect(findings.map((finding) => finding.sent.join(', then '))).toEqual(nearMisses);

    for (const finding of findings) {
      expect(await paste(finding.reproduction, { ROISTAT_HOOK_PASSWORD: awkward })).toMatch(/"status":"ok"/);
      const again = targets.splice(0);
      expect(again).toHaveLength(finding.sent.length);
      for (const target of again) expect(sent).toContain(target);
    }
  });
});

test.runIf(hasCurl)('lines with a token that was given take it from the shell (needs curl)', async () => {
  const targets: string[] = [];
  const url = await startHandler((request, response) => {
    targets.push(request.url ?? '');
    response.end('{"status":"ok"}');
  });
  const token = '9e91eb1b5a406399da5608bf15d24ff8';
  const args = [...shopUser, '--token', token, '--only', 'answer-order-id', 'auth-wrong-token', 'auth-upper-case'];
  const checked = await runCheck(url, args);
  const sent = targets.splice(0);
  const lines = checked.document.checks.flatMap(({ findings }) => findings.map(({ reproduction }) => reproduction));
  expect(lines).toHaveLength(3);
  for (const reproduction of lines) await paste(reproduction, { ROISTAT_HOOK_TOKEN: token });
  expect(targets).toEqual(sent);
});

describe.runIf(hasPhp && hasCurl)('lines that show the same again (needs PHP and curl)', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await startShop();
  });
  afterAll(() => shop.stop());

  /** Checks a wrong handler and pastes what its first finding says; what came to the handler, and what it said. */
  async function reproduce(handler: string, id: string) {
    const { url, targets } = await startRecorder(shop.url);
    const args = [...shopUser, '--only', id, '--read-back', shop.readBack(handler)];
    const checked = await runCheck(`${url}wrong/${handler}.php`, args, { env: shopEnv });
    const [finding] = findingsOf(checked, id) as [FindingDocument];
    const sent = targets.splice(0);
    const printed = await paste(finding.reproduction, shopEnv);
    return { finding, sent, again: targets, printed };
  }

  test('an answer without order_id, to the plain lead', async () => {
    const { finding, sent, again, printed } = await reproduce('answer-order-id', 'answer-order-id');
    expect(finding.reproduction).toHaveLength(2);
    expect(finding.reproduction[0]).toBe('(export ROISTAT_HOOK_TOKEN=$(node bin/roistat-hook.js token demouser)');
    expect(again).toEqual(sent);
    expect(printed).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(printed).toMatch(/\{"status":"ok","orderId":"\d+"\}/);
  });

  test('two orders for one lead that comes twice at once', async () => {
    const { finding, sent, again, printed } = await reproduce('idempotent-twice', 'idempotent-at-once');
    expect(finding.reproduction.slice(1)).toEqual([
      expect.stringMatching(/^curl .* &$/),
      expect.stringMatching(/^curl .* &$/),
      'wait)',
    ]);
    expect(sent).toHaveLength(2);
    expect(again).toEqual(sent);
    const orders = [...printed.matchAll(/"order_id":"(\d+)"/g)].map(([, order]) => order);
    expect(new Set(orders).size).toBe(2);
  });

  test('an order for a token with a colon', async () => {
    const { finding, sent, again, printed } = await reproduce('auth-separated', 'auth-separated');
    expect(finding.sent).toEqual(['a lead with md5(user + ":" + password)']);
    // The plain lead went first.
    expect(again).toEqual([sent[1]]);
    expect(printed).toMatch(/\{"status":"ok","order_id":"\d+"\}/);
  });

  test('an SQL error for quotation marks', async () => {
    const { finding, sent, again, printed } = await reproduce('text-quotes-refused', 'text-quotes');
    expect(again).toEqual([sent[0]]);
    expect(printed).toContain('1064 You have an error in your SQL syntax');
    expect(finding.received).toContain('1064 You have an error in your SQL syntax');
  });
});
