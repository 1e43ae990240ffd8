/** Made when first needed: it takes longer to make than most commands to start. */
let graphemes: Intl.Segmenter | undefined;
/** Characters that terminals draw two columns wide: emoji, and the main ranges of East Asia. */
const wide =
  /[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\ufe0f/u;
/** What takes exactly a column each: nearly everything that comes. */
const narrow = /^[\u0020-\u007e\u00a1-\u02ff\u0400-\u0482\u048a-\u052f]*$/;

const widthOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : /^\p{M}+$/u.test(grapheme) ? 0 : 1);

/** The columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (narrow.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter();
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOf(segment);
  return width;
}

/** A text of at least so many columns, filled with blanks. */
export function padWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** A text of exactly so many columns on a terminal: filled with blanks, or cut with `…` where it is wider. */
export function toWidth(text: string, columns: number): string {
  if (narrow.test(text)) return text.length <= columns ? text.padEnd(columns) : `${text.slice(0, columns - 1)}…`;
  let width = 0;
  let beginning = '';
  let beginningWidth = 0;
  graphemes ??= new Intl.Segmenter();
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width <= columns - 1) [beginning, beginningWidth] = [beginning + segment, width];
  }
  if (width <= columns) return text + ' '.repeat(columns - width);
  return `${beginning}…${' '.repeat(columns - 1 - beginningWidth)}`;
}
