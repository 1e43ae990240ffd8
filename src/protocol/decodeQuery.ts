import { isUtf8 } from 'node:buffer';
import { emptyParameters } from './emptyParameters.ts';
import { decodeWindows1251, looksLikeWindows1251 } from './windows1251.ts';

/** What was odd about the writing of one parameter. */
export type Oddity = 'broken-percent' | 'windows-1251' | 'invalid-utf8' | 'array-parameter' | 'duplicate-parameter';

export interface DecodedQuery {
  /** Values by name, the last one where a name comes twice. Inherits nothing, so any name is safe. */
  readonly parameters: Record<string, string>;
  /** Oddities in the order met, each with the name of its parameter. */
  readonly oddities: ReadonlyArray<{ readonly oddity: Oddity; readonly name: string }>;
}

interface DecodedText {
  readonly text: string;
  readonly oddities: readonly Oddity[];
}

/** The value of a hex digit's character code, or -1. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Bytes of a percent-encoded component; each character of `encoded` is one byte (latin1). */
function decodeBytes(encoded: string): { bytes: Buffer; broken: boolean } {
  const bytes = Buffer.allocUnsafe(encoded.length);
  let length = 0;
  let broken = false;
  for (let index = 0; index < encoded.length; index += 1) {
    let byte = encoded.charCodeAt(index);
    if (byte === 0x2b) byte = 0x20;
    else if (byte === 0x25) {
      const high = hexDigit(encoded.charCodeAt(index + 1));
      const low = hexDigit(encoded.charCodeAt(index + 2));
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        index += 2;
      } else broken = true;
    }
    bytes[length] = byte;
    length += 1;
  }
  return { bytes: bytes.subarray(0, length), broken };
}

function decodeText({ bytes, broken }: { readonly bytes: Buffer; readonly broken: boolean }): DecodedText {
  const oddities: Oddity[] = broken ? ['broken-percent'] : [];
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), oddities };
  if (looksLikeWindows1251(bytes)) return { text: decodeWindows1251(bytes), oddities: [...oddities, 'windows-1251'] };
  return { text: bytes.toString('utf8'), oddities: [...oddities, 'invalid-utf8'] };
}

/**
 * A name as PHP makes a key of `$_GET` of it: leading blanks gone, blanks and dots become `_`, and so does a bracket
 * that is never closed. A name with a closed bracket would be an array in PHP; it is kept flat and as it is.
 */
function phpName(name: string): string {
  const flat = name.replace(/^ +/, '');
  const bracket = flat.indexOf('[');
  return bracket >= 0 && flat.includes(']', bracket) ? flat : flat.replace(/[ .[]/g, '_');
}

/** What means itself, as the names of the protocol and tokens do. */
const plain = /^[\w-]+$/;
const noOddities: readonly Oddity[] = [];

function decodeNameText(encoded: string): DecodedText {
  if (plain.test(encoded)) return { text: encoded, oddities: noOddities };
  const { bytes, broken } = decodeBytes(encoded);
  // PHP keeps names as C strings: they end at the first NUL.
  const end = bytes.indexOf(0);
  const { text, oddities } = decodeText({ bytes: end < 0 ? bytes : bytes.subarray(0, end), broken });
  return { text: phpName(text), oddities };
}

/** The name under which PHP finds the parameter that was written as `encoded` before the `=`. */
export function decodeName(encoded: string): string {
  return decodeNameText(encoded).text;
}

/** The value of a parameter as PHP reads what was written as `encoded` after the `=`. */
export function decodeValue(encoded: string): string {
  if (plain.test(encoded)) return encoded;
  return decodeText(decodeBytes(encoded)).text;
}

const notAscii = /[^\0-\x7f]/;

/** The text of a value in ASCII that is written without a fault, as nearly all are; undefined for the others. */
function decodeFaultless(encoded: string): string | undefined {
  try {
    const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded;
    return spaced.includes('%') ? decodeURIComponent(spaced) : spaced;
  } catch {
    return undefined;
  }
}

/**
 * Reads a query as PHP fills `$_GET` for flat names: `+` is a blank, a broken `%` stays literal, the last duplicate
 * wins, a nameless piece is dropped. `query` holds one byte a character (latin1), as Node's HTTP parser gives it.
 * Never throws; the caller keeps the raw query, so nothing is lost.
 */
export function decodeQuery(query: string): DecodedQuery {
  const parameters = emptyParameters();
  const oddities: Array<{ oddity: Oddity; name: string }> = [];
  // The platform reads values several times as fast as we do, but takes its time to say that it cannot.
  let faultless = !notAscii.test(query);
  for (const piece of query.split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const nameText = decodeNameText(equals < 0 ? piece : piece.slice(0, equals));
    const name = nameText.text;
    if (name === '') continue;
    const encoded = equals < 0 ? '' : piece.slice(equals + 1);
    const text = faultless ? decodeFaultless(encoded) : undefined;
    if (text === undefined) faultless = false;
    const value = text === undefined ? decodeText(decodeBytes(encoded)) : { text, oddities: noOddities };
    for (const oddity of nameText.oddities) oddities.push({ oddity, name });
    for (const oddity of value.oddities) {
      if (!nameText.oddities.includes(oddity)) oddities.push({ oddity, name });
    }
    if (name.includes('[')) oddities.push({ oddity: 'array-parameter', name });
    if (name in parameters) oddities.push({ oddity: 'duplicate-parameter', name });
    parameters[name] = value.text;
  }
  return { parameters, oddities };
}
