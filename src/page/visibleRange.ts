/** Which rows of a long list are in the document. */
export interface VisibleRange {
  readonly from: number;
  readonly to: number;
}

/** Rows beyond either edge, so that a quick scroll does not show a gap. */
const overscan = 8;

/** The rows that a viewport shows, all being of one height, in pixels. */
export function visibleRange(count: number, rowHeight: number, scrollTop: number, height: number): VisibleRange {
  const from = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const to = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { from: Math.min(from, to), to };
}
