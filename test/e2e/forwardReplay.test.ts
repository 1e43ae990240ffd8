import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startServe } from '../helpers/cli.ts';
import { languages, startExample } from '../helpers/exampleHandlers.ts';
import { hasPhp } from '../helpers/needs.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const credentials = { user: 'demo', password: 'canary-secret' };

describe.runIf(hasPhp)('a PHP handler behind serve (needs PHP)', () => {
  it('answers Roistat through it, and is sent the recording again: same leads, same orders', async () => {
    const cwd = await temporaryFolder();
    const php = await startExample(languages[0], credentials);
    const serve = await startServe(['--forward', php.url], { cwd });
    const login = ['--user', credentials.user];
    const env = { ROISTAT_HOOK_PASSWORD: credentials.password };
    for (const seed of ['1', '2', '3']) {
      const sent = await runCli(['send-lead', '--url', serve.url, ...login, '--seed', seed, '--with-message'], { env });
      expect(sent).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ accepted') as string });
    }
    // The handler refuses it, and the record says so.
    expect((await runCli(['send-lead', '--url', serve.url, ...login, '--token', 'wrong'])).code).toBe(1);
    expect(await serve.stop()).toBe(0);
    const before = php.orders();
    expect(before).toHaveLength(3);

    const records = join(cwd, 'roistat-log');
    const again = ['replay', records, '--url', php.url, ...login, '--diff', '--json', '--verdict'];
    const { code, stdout, stderr } = await runCli([...again, 'accepted'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({ type: 'summary' });
    expect(lines.slice(0, -1).map(({ verdict, differences }) => ({ verdict, differences }))).toEqual(
      Array.from({ length: 6 }, () => ({ verdict: 'accepted', differences: [] })),
    );
    const after = php.orders();
    expect(after.map(({ orderId, lead }) => ({ orderId, lead }))).toEqual(
      before.map(({ orderId, lead }) => ({ orderId, lead })),
    );
    // What was refused is accepted once it is signed anew: a new order.
    expect((await runCli([...again, 'rejected'], { env })).code).toBe(0);
    expect(php.orders()).toHaveLength(4);
    expect(stdout + serve.stdout()).not.toContain('canary');
  });
});
