import { describe, expect, it } from 'vitest';
import { idsOf, runCheck } from '../helpers/check.ts';
import { languages, startExample } from '../helpers/exampleHandlers.ts';
import { startHandler } from '../helpers/handler.ts';

describe.each(languages)('the handler of example $name', { timeout: 60_000 }, (language) => {
  it.runIf(language.isHere)('passes every check, what it stores included (needs its language)', async () => {
    const example = await startExample(language, { user: 'demouser', password: 'secret' });
    const store = await startHandler((request, response) => {
      const orderId = new URL(request.url ?? '/', 'http://store').searchParams.get('order');
      const order = example.orders().find((candidate) => candidate.orderId === orderId);
      response.writeHead(order ? 200 : 404).end(JSON.stringify(order ?? {}));
    });
    const args = ['--strict', '--user', 'demouser', '--read-back', `${store}?order={order_id}`];
    const checked = await runCheck(example.url, args, { env: { ROISTAT_HOOK_PASSWORD: 'secret' } });
    expect(checked.document.checks.flatMap(({ findings }) => findings)).toEqual([]);
    expect({ failed: idsOf(checked, 'failed'), skipped: idsOf(checked, 'skipped') }).toEqual({
      failed: [],
      skipped: [],
    });
    expect(checked.code).toBe(0);
    expect(example.complaints()).toBe('');
    expect(example.orders()).toHaveLength(checked.document.leads);
  });
});
