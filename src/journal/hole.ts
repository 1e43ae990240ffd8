import { decodeBytes, type DecodedLine } from './line.ts';

/**
 * Where a record may begin in what cannot be read as one. A power cut can leave a file longer than what of it was written:
 * the blocks between read as NULs, and no record has one as it stands, for JSON escapes them. What is behind the last one
 * may be whole. 0 where there is none.
 */
export const behindHole = (bytes: Buffer): number => bytes.lastIndexOf(0) + 1;

const hole: DecodedLine = { kind: 'unreadable', reason: 'NULs before the record, as a power cut leaves them' };

/** A line, or a part of one that is to be told apart from the rest. */
interface Part {
  readonly decoded: DecodedLine;
  readonly text: string;
}

/**
 * What a line is that could not be decoded as a whole: the stretch that nobody can read and the record behind it, or just
 * that. It is asked of such lines alone, so that reading the others takes no longer.
 */
export async function partsOf(decoded: DecodedLine, bytes: Buffer): Promise<readonly Part[]> {
  const at = behindHole(bytes);
  const whole = { decoded, text: bytes.toString('utf8') };
  if (decoded.kind === 'record' || at === 0) return [whole];
  const behind = await decodeBytes(bytes.subarray(at));
  if (behind.kind === 'unreadable') return [whole];
  return [
    { decoded: hole, text: bytes.toString('utf8', 0, at) },
    { decoded: behind, text: bytes.toString('utf8', at) },
  ];
}

/** All that the bytes of a line hold; undefined stands for one that is longer than `longestLine`. */
export async function decodeParts(bytes: Buffer | undefined): Promise<readonly DecodedLine[]> {
  const decoded = await decodeBytes(bytes);
  if (decoded.kind === 'record' || !bytes) return [decoded];
  return (await partsOf(decoded, bytes)).map((part) => part.decoded);
}
