/** Bytes of an answer that are read and judged; an answer of the protocol has about fifty. */
export const judgedLimitBytes = 1024 * 1024;

/** Reads a body up to so many bytes; `truncated` tells that it has more, and the rest is not waited for. */
export async function readLimited(
  body: AsyncIterable<Buffer>,
  limitBytes: number,
): Promise<{ body: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > limitBytes) return { body: Buffer.concat(chunks).subarray(0, limitBytes), truncated: true };
  }
  return { body: Buffer.concat(chunks), truncated: false };
}
