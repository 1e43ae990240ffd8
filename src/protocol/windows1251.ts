import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';

/** Made when it is first needed, and kept: making one costs several times as much as its work for a value. */
let decoder: TextDecoder | undefined;

export function decodeWindows1251(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('windows-1251');
  return decoder.decode(bytes);
}

/** Byte of each character of Windows-1251, read off the decoder of the platform; made when it is first needed. */
let byteOf: ReadonlyMap<string, number> | undefined;

function makeByteOf(): ReadonlyMap<string, number> {
  const characters = decodeWindows1251(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  return new Map(Array.from(characters, (character, byte) => [character, byte]));
}

/** The bytes of `text` in Windows-1251, or undefined when it has a character that Windows-1251 lacks. */
export function encodeWindows1251(text: string): Uint8Array | undefined {
  byteOf ??= makeByteOf();
  const bytes: number[] = [];
  for (const character of text) {
    const byte = byteOf.get(character);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Whether `bytes` are the beginning of one letter in UTF-8: its missing bytes can be added. */
function beginsLetter(bytes: Uint8Array): boolean {
  const missing = 4 - bytes.length;
  for (const continuation of [0x80, 0xbf]) {
    for (let count = 1; count <= missing; count += 1) {
      if (isUtf8(Buffer.concat([bytes, Buffer.alloc(count, continuation)]))) return true;
    }
  }
  return false;
}

/** Whether the bytes are UTF-8 whose last letter was cut in the middle, with a whole letter before it. */
export function isCutUtf8(bytes: Uint8Array): boolean {
  const cut = bytes.findLastIndex((byte) => byte >= 0xc0);
  if (cut <= 0 || bytes.length - cut > 3) return false;
  const before = bytes.subarray(0, cut);
  return !isAscii(before) && isUtf8(before) && beginsLetter(bytes.subarray(cut));
}

/**
 * Whether bytes that are not UTF-8 read like Russian in Windows-1251.
 * Damaged UTF-8 does not: every second byte of it is a continuation byte, and of those only two are letters in
 * Windows-1251, so the share of letters stays near one half.
 */
export function looksLikeWindows1251(bytes: Uint8Array): boolean {
  let high = 0;
  let letters = 0;
  for (const byte of bytes) {
    if (byte < 0x80) continue;
    high += 1;
    if (byte >= 0xc0 || byte === 0xa8 || byte === 0xb8) letters += 1;
  }
  return high > 0 && letters / high > 0.7 && !isCutUtf8(bytes);
}
