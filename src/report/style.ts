import { Chalk, type ChalkInstance, type ColorSupportLevel } from 'chalk';

/** How a report looks: colours (a chalk that may be colourless) and the width of lines. */
export interface Style {
  readonly chalk: ChalkInstance;
  /** Columns of the terminal; 80 in a pipe. */
  readonly columns: number;
  /** Show phones and addresses as they are. */
  readonly showPii: boolean;
  /** Show tokens as they are. */
  readonly showSecrets: boolean;
}

export function makeStyle(options: {
  readonly colourLevel: ColorSupportLevel;
  readonly columns: number;
  readonly showPii?: boolean;
  readonly showSecrets?: boolean;
}): Style {
  const { colourLevel, columns, showPii = false, showSecrets = false } = options;
  return { chalk: new Chalk({ level: colourLevel }), columns, showPii, showSecrets };
}
