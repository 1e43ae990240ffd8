import { type Command } from 'commander';
import { makeStyle, type Style } from '../report/style.ts';
import { colourLevel, type Environment, type Output } from './environment.ts';

/** What a command gets beside its options, and where it leaves its exit code. */
export interface Context {
  readonly environment: Environment;
  exitCode: number;
  /** The whole program with all its commands, for those that speak of the others. */
  readonly loadProgram: () => Promise<Command>;
}

/** A file of `commands/`: adds options and action to its command. Nothing is read or written before the action. */
export interface CommandModule {
  readonly configure: (command: Command, context: Context) => void;
}

/** Options that every command has, on the program. */
interface GlobalOptions {
  readonly color: boolean;
}

const usualColumns = 80;

/**
 * The width of an output: that of its terminal, else what COLUMNS says. Where neither says anything, text is wrapped as
 * on a terminal of the usual width, but lines that are looked through by programs are not cut.
 */
function widthOf({ columns, isTTY }: Output, { COLUMNS = '' }: Environment['env']) {
  // A terminal that does not know its size says 0.
  const said = columns || (/^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : undefined);
  return { columns: said ?? usualColumns, lineColumns: said ?? (isTTY ? usualColumns : Number.POSITIVE_INFINITY) };
}

/** The style for an output of this call. */
export function styleFor(
  output: Output,
  command: Command,
  { env }: Environment,
  shows: { readonly showPii?: boolean; readonly showSecrets?: boolean } = {},
): Style {
  const { color } = command.optsWithGlobals<GlobalOptions>();
  return makeStyle({ colourLevel: colourLevel(output, env, color), ...widthOf(output, env), ...shows });
}
