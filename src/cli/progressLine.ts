import { type Environment, type Output } from './environment.ts';

const redrawMs = 200;
/** To the beginning of the line, and clear it. */
const clearLine = '\r\u001b[2K';

/**
 * A line on stderr that is drawn anew again and again, and gone at the end. Only on a terminal that can do it and that
 * somebody looks at; elsewhere nothing is drawn.
 */
export class ProgressLine {
  readonly #output: Output;
  readonly #text: (() => string) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ stderr, env }: Environment, text: () => string) {
    this.#output = stderr;
    const isShown = stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'];
    this.#text = isShown ? text : undefined;
  }

  start(): void {
    if (!this.#text) return;
    this.#timer = setInterval(() => this.#draw(), redrawMs);
    this.#draw();
  }

  /** Writes whole lines to an output that may be the same terminal. */
  write(output: Output, lines: string): void {
    if (this.#timer && lines !== '') this.#output.write(clearLine);
    output.write(lines);
    if (this.#timer && lines !== '') this.#draw();
  }

  stop(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#output.write(clearLine);
  }

  #draw(): void {
    this.#output.write(clearLine + (this.#text?.() ?? ''));
  }
}
