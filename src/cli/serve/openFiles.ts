import { readFile } from 'node:fs/promises';
import { serverLimits } from '../../server/serverLimits.ts';

/** What the program itself has open, with the files of the journal and those of a search. */
const ownFiles = 40;
/** Connections to the inspector. */
const mostViewers = 256;

/** How many connections there may be, so that the files that are needed to answer them can still be opened. */
export interface ConnectionShares {
  readonly callers: number;
  readonly viewers: number;
  /** For the operator, where there are fewer than usual. */
  readonly note: string;
}

/**
 * Shares out what the operating system lets this process have open; Linux alone says how much that is, and Node has
 * raised it as far as it may be raised by then. With a handler behind, each caller takes a connection to it, too.
 */
export async function shareOpenFiles(forwards: boolean, limits = '/proc/self/limits'): Promise<ConnectionShares> {
  const text = await readFile(limits, 'utf8').catch(() => '');
  const most = Number(/^Max open files +(\d+)/m.exec(text)?.[1] ?? Infinity);
  const viewers = Math.min(mostViewers, Math.ceil(most / 8));
  const left = Math.floor((most - ownFiles - viewers) / (forwards ? 2 : 1));
  const callers = Math.max(1, Math.min(serverLimits.connections, left));
  const note = `note: only ${most} files and connections may be open at a time (ulimit -n), so at most ${callers} callers are connected at a time\n`;
  return { callers, viewers, note: callers < serverLimits.connections ? note : '' };
}
