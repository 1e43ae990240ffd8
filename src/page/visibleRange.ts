/** Which rows of a long list are in the document. */
export interface VisibleRange {
  readonly from: number;
  readonly to: number;
}

/** Rows beyond either edge, at the least, so that a quick scroll does not show a gap. */
const overscan = 4;
/** Rows come and go so many at a time: most steps of a scroll change nothing then. */
const together = 8;

/** The rows that a viewport shows, all being of one height, in pixels. */
export function visibleRange(count: number, rowHeight: number, scrollTop: number, height: number): VisibleRange {
  const first = Math.floor(scrollTop / rowHeight) - overscan;
  const end = Math.ceil((scrollTop + height) / rowHeight) + overscan;
  const from = Math.max(0, Math.floor(first / together) * together);
  const to = Math.min(count, Math.ceil(end / together) * together);
  return { from: Math.min(from, to), to };
}
