/** What a benchmark is told. */
export interface BenchOptions {
  /** For seeing that it works within seconds; the figures mean little then. */
  readonly quick: boolean;
}

/** One line of README's table. */
export interface Row {
  /** What is measured, in words. */
  readonly what: string;
  /** What it is compared with, and that one's own figure, such as "`node -e 0` (41 ms)". */
  readonly comparedWith: string;
  /** Our own figure with its unit. */
  readonly ours: string;
  /** What the floor is about: a ratio, or a figure in the unit of the floor. */
  readonly value: number;
  /** Undefined for what is there for comparison. */
  readonly floor?: { readonly atMost: number } | { readonly atLeast: number };
  /** Written behind value and floor; `×` for a ratio. */
  readonly unit: string;
}

const shown = (value: number, unit: string): string =>
  `${value >= 100 ? Math.round(value) : Number(value.toPrecision(value < 1 ? 2 : 3))} ${unit}`;

function limitOf({ value, floor, unit }: Row): string {
  if (!floor) return '';
  const isMet = 'atMost' in floor ? value <= floor.atMost : value >= floor.atLeast;
  const limit = 'atMost' in floor ? `≤ ${shown(floor.atMost, unit)}` : `≥ ${shown(floor.atLeast, unit)}`;
  return isMet ? limit : `${limit} **missed**`;
}

/** The rows as a Markdown table, as it stands in README. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, comparedWith, ours, value, unit } = row;
    return `| ${what} | ${ours} | ${comparedWith} | ${shown(value, unit)} | ${limitOf(row)} |`;
  });
  return ['| what | ours | compared with | ratio or figure | floor |', '|---|---|---|---|---|', ...lines, ''].join(
    '\n',
  );
}
