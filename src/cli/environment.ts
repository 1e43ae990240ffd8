import { type ColorSupportLevel } from 'chalk';
import { type Readable } from 'node:stream';
import { type Secrets } from './secrets.ts';

/** Where text goes. */
export interface Output {
  readonly write: (text: string | Uint8Array) => void;
  /** Resolves when what was written is on its way, or nobody reads it; without it, that is always so. */
  readonly flushed?: () => Promise<void>;
  /** Bytes that nobody has read yet; without it, none. */
  readonly pending?: () => number;
  /** For who must go on while a terminal is held (Ctrl-S): what is written waits, instead of the program. */
  readonly neverWait?: () => void;
  readonly isTTY: boolean;
  /** Width of the terminal; undefined in a pipe. */
  readonly columns: number | undefined;
}

/** The reader of the output went away, as `head` does when it has enough. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

/** Everything that the program takes from the world. Only `main.ts` makes a real one. */
export interface Environment {
  /** Arguments after the name of the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** How this program is called in this place: `roistat-hook`, `npx roistat-hook`, `node bin/roistat-hook.js`. */
  readonly invocation: string;
  /** Who reads a secret adds it, so that no error can show it. */
  readonly secrets: Secrets;
  readonly now: () => Date;
  /** Milliseconds since some fixed moment, monotonic. */
  readonly elapsed: () => number;
  /** Aborted by SIGINT and SIGTERM, and with OutputClosedError when nobody reads stdout or stderr any more. */
  readonly signal: AbortSignal;
  /** For who has no use without its output: aborted as `signal` is, and when stdout cannot be written (a full disk). */
  readonly signalOrOutputLost: AbortSignal;
  /** Aborted by a second signal; for who asks for it, only a third one ends the program at once. */
  readonly urgent: () => AbortSignal;
}

/**
 * Colours for an output: `--no-color`, then FORCE_COLOR, NO_COLOR and TERM=dumb, then whether it is a terminal.
 * FORCE_COLOR goes before NO_COLOR, as in Node itself: it is set for one command, where NO_COLOR stands in a profile.
 */
export function colourLevel(output: Output, env: Environment['env'], flag: boolean): ColorSupportLevel {
  if (!flag) return 0;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) {
    if (force === '0' || force === 'false') return 0;
    return force === '2' ? 2 : force === '3' ? 3 : 1;
  }
  if (env['NO_COLOR'] || env['TERM'] === 'dumb' || !output.isTTY) return 0;
  return env['COLORTERM'] === 'truecolor' ? 3 : env['TERM']?.includes('256') ? 2 : 1;
}
