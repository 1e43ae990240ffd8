import { readFile } from 'node:fs/promises';

/** As many callers as a busy day has, with a connection to a handler each, and what the program itself has open. */
const enough = 2048;

/**
 * A note where the operating system lets this process have only a few files and connections open: it turns callers away
 * beyond that without telling the program, so the operator is told at the start. Linux alone says what the limit is;
 * Node has raised it as far as it may be raised by then.
 */
export async function openFilesNote(limits = '/proc/self/limits'): Promise<string | undefined> {
  const text = await readFile(limits, 'utf8').catch(() => '');
  const [, most] = /^Max open files +(\d+)/m.exec(text) ?? [];
  if (most === undefined || Number(most) >= enough) return undefined;
  return `note: only ${most} files and connections may be open at a time, and callers beyond that are turned away (ulimit -n)\n`;
}
