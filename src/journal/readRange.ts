import { type FileHandle } from 'node:fs/promises';

/** Fills the buffer from `start` on. Resolves with what there is: less than that at the end of the file. */
export async function fillFrom(file: FileHandle, buffer: Buffer, start: number): Promise<Buffer> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** The bytes of a file from `start` up to `end`; fewer when it ends before. */
export function readRange(file: FileHandle, start: number, end: number): Promise<Buffer> {
  return fillFrom(file, Buffer.allocUnsafe(end - start), start);
}
