import { expect, it } from 'vitest';
import { safeMessage } from '../../src/cli/safeMessage.ts';
import { Secrets } from '../../src/cli/secrets.ts';

it.each([
  ['letters', 'a'.repeat(60_000)],
  ['pairs', 'a:'.repeat(30_000)],
])('a message of many %s, and settings as long, take no time', (_what, text) => {
  const begin = performance.now();
  const secrets = new Secrets(['--field', `text=${text}`, '--header', text, '--data', text], {});
  const message = safeMessage(`${text} http://user:password@shop.example/`, secrets);
  expect(message).toMatch(/ \*\*\*@shop\.example\/$/);
  // Minutes, where each letter is looked at again from each other one.
  expect(performance.now() - begin).toBeLessThan(2000);
});
