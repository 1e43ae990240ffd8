import fc from 'fast-check';

/** How often a property is tried: with FUZZ=10 ten times as often. */
export function fuzzRuns(usual: number): { readonly numRuns: number } {
  return { numRuns: Math.ceil(usual * Number(process.env['FUZZ'] ?? 1)) };
}

/** Milliseconds that it may take. */
export function fuzzTime(usual: number): number {
  return Math.ceil(usual * Math.max(1, Number(process.env['FUZZ'] ?? 1)));
}

const changeByte = fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[at % changed.length] = byte;
  return changed;
});

const cutOff = fc.nat().map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1)));

/** What readers stumble over. */
const stumbles = [
  '\0',
  '\0\0\0\0',
  '\r\n',
  '\n',
  '\r',
  '\xff\xfe',
  '\xed\xa0\x80',
  '\xef\xbb\xbf',
  '"',
  '\\',
  '{',
  '%',
  '&',
];
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...stumbles).map((text) => Buffer.from(text, 'latin1')),
);

const insert = fc.tuple(fc.nat(), piece).map(([at, inserted]) => (bytes: Buffer) => {
  const cut = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, cut), inserted, bytes.subarray(cut)]);
});

/** A part of it once more, elsewhere. */
const repeat = fc.tuple(fc.nat(), fc.nat(200), fc.nat()).map(([from, length, to]) => (bytes: Buffer) => {
  const start = from % (bytes.length + 1);
  const cut = to % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, cut), bytes.subarray(start, start + length), bytes.subarray(cut)]);
});

const remove = fc.tuple(fc.nat(), fc.nat(20)).map(([at, length]) => (bytes: Buffer) => {
  const start = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
});

const none = fc.constant((bytes: Buffer) => bytes);

/** What happens to bytes on their way: nothing to half of them. */
export const mutation: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  { weight: 6, arbitrary: none },
  { weight: 2, arbitrary: changeByte },
  cutOff,
  insert,
  repeat,
  remove,
);

/** The names of everything that all objects inherit: the same ones after a test as before it. */
export const inheritedNames = (): string =>
  [Object.prototype, Array.prototype].map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join(';');
