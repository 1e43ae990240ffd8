import fc from 'fast-check';
import { mutation } from './fuzz.ts';

const names = [
  'action',
  'id',
  'data',
  'token',
  '__proto__',
  'constructor',
  'toString',
  'a[b]',
  '',
  '%00',
  '%ff',
  '%zz',
];
const values = ['lead', 'message', '1', '%', '%D', '%ED%A0%80', '+', '%00', '{"a":', '%7B%22__proto__%22%3A%7B%7D%7D'];
const query = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), { maxLength: 8 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

const header = fc.constantFrom(
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: -1',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: x, chunked',
  'Expect: 100-continue',
  'Connection: upgrade\r\nUpgrade: h2c',
  'Connection: close',
  'X: a\r\n b',
  'X : y',
  ': z',
  'Via: 1.1 roistat-hook-0badcafe',
);

const request = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'OPTIONS', 'CONNECT', 'PRI', 'get', ''),
    target: query.map((text) => `/?${text}`),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/', ''),
    headers: fc.array(header, { maxLength: 4 }),
    body: fc.constantFrom('', 'hello', 'hel', '5\r\nhello\r\n0\r\n\r\n', '5;x=y\r\nhel', 'fffffffffffff\r\n', '\0\0'),
  })
  .map(({ method, target, version, headers, body }) =>
    Buffer.from([`${method} ${target} ${version}`, 'Host: a', ...headers, '', body].join('\r\n'), 'latin1'),
  );

/** What a hostile caller sends on one connection: requests and nearly such, one behind the other. */
export const traffic: fc.Arbitrary<Buffer> = fc
  .array(fc.tuple(request, mutation), { minLength: 1, maxLength: 3 })
  .map((all) => Buffer.concat(all.map(([bytes, mutate]) => mutate(bytes))));
