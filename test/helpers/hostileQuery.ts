import fc from 'fast-check';
import { mutation } from './fuzz.ts';

const names = [
  'action id data phone created_date leadId token user v a.b + amp;token токен'.split(' '),
  '__proto__ constructor toString hasOwnProperty valueOf __proto__[x] a[b] a[ [ ] a]['.split(' '),
  ['', ' v', '%00', 'v%00x', '%ff', '%zz', '%5F_proto__', '%D0', '%F0%9F%98%80'],
].flat();
const values = [
  ['', ' ', '2015-06-28 09:12:54', '\xff', '\0'],
  'lead message call 1 +79990001122 %2B7 a=b == п'.split(' '),
  '% %% %D %4 %zz %u0041 %00 %0A%0D %1B[31m %E2%80%AE %EF%BB%BF %EF%BF%BD %e2%82'.split(' '),
  '%ED%A0%80 %C0%80 %F4%90%80%80 %D0%9F%D1%80 %CF%F0%E8%E2%E5%F2 %98 +%20+ %26 %3D %25%34%31'.split(' '),
  '{"a": {} [] {"__proto__":{"x":1}} %7B%22page%22%3A1%7D [[[[[[ null 1e999'.split(' '),
].flat();

/** Bytes as they come over the wire: one a character. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const byte = fc.nat(255).map((code) => `%${code.toString(16).padStart(2, '0')}`);
const raw = fc.nat(255).map((code) => String.fromCharCode(code));
const written = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known).map(latin1) },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom(...known).map(latin1), { maxLength: 4 }).map((all) => all.join('')),
    },
    fc.array(fc.oneof(byte, raw), { maxLength: 8 }).map((all) => all.join('')),
  );

const pieceOf = fc
  .tuple(written(names), fc.constantFrom('=', '=', '=', ''), written(values))
  .map(([name, equals, value]) => `${name}${equals}${value}`);

/** A query as hostile or broken callers write it, one byte a character. */
export const hostileQuery: fc.Arbitrary<string> = fc
  .tuple(fc.array(pieceOf, { maxLength: 10 }), fc.constantFrom('&', '&', '&', '&&', ';', '&amp;'), mutation)
  .map(([pieces, between, mutate]) => mutate(Buffer.from(pieces.join(between), 'latin1')).toString('latin1'));
