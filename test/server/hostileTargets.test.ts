import { expect, it } from 'vitest';
import { raw, startServer } from '../helpers/webhookServer.ts';

it('as many parameters as fit, hostile names and data that is deep or huge are answered, and touch no prototype', async () => {
  const { url, port, records } = await startServer();
  const untouched = Object.getOwnPropertyNames(Object.prototype).join();
  const fill = (piece: (index: number) => string): string => {
    let text = '/?action=lead&id=1';
    for (let index = 0; text.length < 65_000; index += 1) text += piece(index);
    return text.slice(0, 65_000);
  };
  const targets = [
    fill(() => '&'),
    fill(() => '&a'),
    fill(() => '&='),
    fill((index) => `&${index.toString(36)}=`),
    fill(() => '%'),
    fill(() => '&%'),
    fill(() => '&data=%5B'),
    `/?action=lead&id=1&data=${'%5B'.repeat(21_000)}`,
    `/?action=lead&id=1&data=${'['.repeat(60_000)}`,
    `/?action=lead&id=1&data=${'{%22a%22:'.repeat(7000)}`,
    '/?action=lead&id=1&__proto__=1&constructor=2&toString=3&__proto__[x]=4&hasOwnProperty=5',
    '/?action=lead&id=1&data={%22__proto__%22:{%22x%22:1},%22constructor%22:{%22prototype%22:{%22x%22:1}}}',
    '/?action=lead&id=1&title=%00%ED%A0%80%ED%B0%80%C0%80%FF',
  ];
  for (const target of targets) {
    const start = performance.now();
    const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(performance.now() - start).toBeLessThan(3000);
  }
  expect((await fetch(`${url}?action=lead&id=2`)).status).toBe(200);
  const all = await records();
  expect(all).toHaveLength(targets.length + 1);
  for (const { problems } of all) expect(JSON.stringify(problems).length).toBeLessThan(20_000);
  expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(untouched);
  expect(Object.hasOwn(all[10]?.parameters ?? {}, '__proto__')).toBe(true);
});
