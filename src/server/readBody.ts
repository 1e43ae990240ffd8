import { isUtf8 } from 'node:buffer';
import { type IncomingMessage } from 'node:http';
import { type RecordedBody } from '../journal/record.ts';

/** Bytes of a body that are recorded. */
const bodyLimitBytes = 1024 * 1024;
/** Bytes that are read and thrown away past the limit, so that the caller gets to read its 413. */
const patienceBytes = 16 * bodyLimitBytes;

export interface ReadBody {
  /** Null when there is none. */
  readonly body: RecordedBody | null;
  /** False when the caller went away, or sent more than is waited for. */
  readonly complete: boolean;
}

/** Bytes as text where they are UTF-8, else in base64. */
function recordBody(bytes: Buffer, total: number): RecordedBody {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { bytes: total, encoding, data: bytes.toString(encoding), truncated: total > bytes.length };
}

/** What `readBody` gives for a request that announces no body, as those of Roistat; it needs no waiting for. */
export const noBody: ReadBody = { body: null, complete: true };

/** Whether the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/** Reads a body, keeping at most `bodyLimitBytes` of it. Never rejects. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let kept = 0;
  let total = 0;
  const result = (complete: boolean): ReadBody => ({
    body: total === 0 ? null : recordBody(Buffer.concat(chunks), total),
    complete,
  });
  try {
    // Not destroyed when the loop is left early: the answer still goes out over the same socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      total += chunk.length;
      const piece = chunk.subarray(0, bodyLimitBytes - kept);
      if (piece.length > 0) chunks.push(piece);
      kept += piece.length;
      if (total > patienceBytes) return result(false);
    }
    return result(true);
  } catch {
    return result(false);
  }
}
