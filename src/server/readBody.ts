import { isUtf8 } from 'node:buffer';
import { type IncomingMessage } from 'node:http';
import { type RecordedBody } from '../journal/record.ts';
import { problem } from '../protocol/problems.ts';
import { type ByteBudget, KeptBytes } from './keptBytes.ts';
import { type Interruption } from './makeRecord.ts';

/** Bytes of a body that are recorded. */
const bodyLimitBytes = 1024 * 1024;
/** Bytes that are read and thrown away past the limit, so that the caller gets to read its 413. */
const patienceBytes = 16 * bodyLimitBytes;

export interface ReadBody {
  /** Null when there is none. */
  readonly body: RecordedBody | null;
  /** False when the caller went away, or sent more than is waited for. */
  readonly complete: boolean;
  /** Why it is refused whatever else it is. */
  readonly interruption?: Interruption | undefined;
  /** To be called when the record is done with: until then the body counts among those that are held. */
  readonly release: () => void;
}

const tooManyBodies: Interruption = {
  status: 503,
  message: 'too many bodies are arriving at a time: try again later',
  problem: problem('bodies-too-many', 'body', 'only the beginning of the body was kept, if anything'),
};

/** Bytes as text where they are UTF-8, else in base64. */
function recordBody(bytes: Buffer, total: number): RecordedBody {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { bytes: total, encoding, data: bytes.toString(encoding), truncated: total > bytes.length };
}

/** What `readBody` gives for a request that announces no body, as those of Roistat; it needs no waiting for. */
export const noBody: ReadBody = { body: null, complete: true, release: () => {} };

/** Whether the request announces a body. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

/**
 * Reads a body, keeping at most `bodyLimitBytes` of it, and what the budget has left. Never rejects. `cut` ends it: its
 * reason is the interruption.
 */
export function readBody(request: IncomingMessage, budget: ByteBudget, cut: AbortSignal): Promise<ReadBody> {
  const kept = new KeptBytes(bodyLimitBytes, budget);
  let total = 0;
  return new Promise((resolve) => {
    let finished = false;
    const finish = (complete: boolean): void => {
      if (finished) return;
      finished = true;
      request.off('data', take);
      request.pause();
      const interruption = (cut.reason as Interruption | undefined) ?? (kept.starved ? tooManyBodies : undefined);
      const body = total === 0 ? null : recordBody(kept.bytes, total);
      resolve({ body, complete, interruption, release: () => kept.release() });
    };
    const take = (chunk: Buffer): void => {
      total += chunk.length;
      kept.add(chunk);
      if (total > patienceBytes) finish(false);
    };
    request.on('data', take);
    request.once('end', () => finish(true));
    // An error without a listener would be no error of the program, but it says the same as the close after it.
    request.on('error', () => {});
    request.once('close', () => finish(false));
    cut.addEventListener('abort', () => finish(false), { once: true });
  });
}
