import { type Readable } from 'node:stream';
import { type Environment } from './environment.ts';
import { decodeInput, readTextFile } from './readTextFile.ts';

/** All of a stream, such as standard input. */
export async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  }
  return decodeInput(Buffer.concat(chunks), 'standard input');
}

/** A value that may be `-` (standard input) or `@file`. One newline at the end, as editors leave it, is dropped. */
export async function readText(value: string, { stdin, cwd }: Environment): Promise<string> {
  if (value === '-') return (await readAll(stdin)).replace(/\r?\n$/, '');
  if (!value.startsWith('@')) return value;
  return (await readTextFile(value.slice(1), cwd)).replace(/\r?\n$/, '');
}
