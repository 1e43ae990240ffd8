import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startServe } from '../helpers/cli.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

describe('the files of the page', () => {
  it('are few, and nothing may run but the script of the page, which is named by its hash', async () => {
    const { inspectUrl } = await startServe([], { cwd: await temporaryFolder() });
    const policyOf = (response: Response): string[] =>
      (response.headers.get('content-security-policy') ?? '')
        .split('; ')
        .filter((part) => /^(script|style)/.test(part));
    // The second time it is not read any more.
    for (let times = 0; times < 2; times += 1) {
      const page = await fetch(inspectUrl);
      const html = await page.text();
      const hashes = Object.entries({ style: '<style>', script: '<script type="module">' }).map(([kind, tag]) => {
        const inside = html.slice(html.indexOf(tag) + tag.length, html.indexOf(`</${kind}>`));
        expect(inside.length).toBeGreaterThan(1000);
        return `${kind}-src 'sha256-${createHash('sha256').update(inside).digest('base64')}'`;
      });
      expect(policyOf(page)).toEqual(hashes);
    }
    const icon = await fetch(`${inspectUrl}icon.svg`);
    expect([icon.status, policyOf(icon)]).toEqual([200, []]);
    await icon.arrayBuffer();
    for (const other of ['main.js', 'main.css', 'first.ts']) {
      expect((await fetch(inspectUrl + other, { method: 'HEAD' })).status).toBe(404);
    }
  });
});
