import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';

/** How a report looks: colours (a chalk that may be colourless) and the width of lines. */
export interface Style {
  readonly chalk: ChalkInstance;
  /** Columns that text for people is wrapped into: those of the terminal; 80 in a pipe. */
  readonly columns: number;
  /**
   * Columns that a line of its own may take, such as that of a record or a row of a table; what is wider is cut. Infinite
   * in a pipe or a file, where `grep` and `cut` need whole lines.
   */
  readonly lineColumns: number;
  /** Show phones and addresses as they are. */
  readonly showPii: boolean;
  /** Show tokens as they are. */
  readonly showSecrets: boolean;
}

export function makeStyle(options: {
  readonly colourLevel: ColorSupportLevel;
  readonly columns: number;
  /** As many as `columns` unless it is said. */
  readonly lineColumns?: number;
  readonly showPii?: boolean;
  readonly showSecrets?: boolean;
}): Style {
  const { colourLevel, columns, lineColumns = columns, showPii = false, showSecrets = false } = options;
  return { chalk: new Chalk({ level: colourLevel }), columns, lineColumns, showPii, showSecrets };
}
