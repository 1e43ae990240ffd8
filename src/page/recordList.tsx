import { type JSX, type TargetedEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Row } from '../inspector/apiTypes.ts';
import { fullTime, shortTime, utcTime } from './dates.ts';
import { Icon, VerdictMark } from './icons.tsx';
import { t } from './language.ts';
import { afterPaint } from './pause.ts';
import { oneLine } from './shownText.tsx';
import { useSize } from './useSize.ts';
import { visibleRange } from './visibleRange.ts';

/** Pixels; a row of a narrow list has two lines. */
const heights = { wide: 34, narrow: 56 };
const narrowWidth = 760;

export const optionId = (id: string): string => `row-${id.replaceAll(':', '-')}`;

/** What a row is about: `lead 90`. */
export function subjectOf({ action, subject, status, title }: Row): string {
  if (action === null) return title === '' && status !== null ? t.notHttp : t.noAction;
  return oneLine([action, subject].filter(Boolean).join(' '));
}

function RowLine({
  row,
  now,
  position,
  count,
  top,
  isSelected,
  onOpen,
}: {
  readonly row: Row;
  readonly now: number;
  readonly position: number;
  readonly count: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly onOpen: (id: string) => void;
}): JSX.Element {
  return (
    <div
      id={optionId(row.id)}
      class="row"
      role="option"
      aria-selected={isSelected}
      aria-setsize={count}
      aria-posinset={position + 1}
      style={{ transform: `translateY(${top}px)` }}
      onClick={({ currentTarget }) => {
        // The mouse was let go after text was selected: that is to be copied.
        const selection = getSelection();
        const isSelecting = selection?.isCollapsed === false && selection.containsNode(currentTarget, true);
        if (!isSelecting) onOpen(row.id);
      }}
    >
      <VerdictMark verdict={row.verdict} />
      <time onPointerEnter={({ currentTarget }) => (currentTarget.title = `${fullTime(row.at)}\n${utcTime(row.at)}`)}>
        {shortTime(row.at, now)}
      </time>
      <span class="subject">{subjectOf(row)}</span>
      <span class="title">{oneLine(row.title)}</span>
      <span class="phone">{oneLine(row.phone)}</span>
      <span class={`status ${row.verdict}`}>{row.status ?? '—'}</span>
      <span class="order">{oneLine(row.orderId ?? '')}</span>
    </div>
  );
}

/** The list, of which only what is seen is in the document. What is read stays in its place when new rows come in. */
export function RecordList({
  rows,
  count,
  selected,
  hasOlder,
  isBusy,
  onOpen,
}: {
  readonly rows: readonly Row[];
  /** How many there are, also of those whose rows are still to come. */
  readonly count: number;
  readonly selected: string;
  readonly hasOlder: boolean;
  /** Whether other rows are on their way. */
  readonly isBusy: boolean;
  readonly onOpen: (id: string) => void;
}): JSX.Element {
  const viewport = useRef<HTMLDivElement>(null);
  const size = useSize(viewport);
  const [scrollTop, setScrollTop] = useState(0);
  const [fresh, setFresh] = useState(0);
  const before = useRef({ first: rows[0]?.id, rowHeight: 0 });
  // Until it is measured it is taken to be as wide as the window, and as high as most of it.
  const isNarrow = (size.width || innerWidth) < narrowWidth;
  const rowHeight = isNarrow ? heights.narrow : heights.wide;

  useLayoutEffect(() => {
    const { current: element } = viewport;
    const { first, rowHeight: oldHeight } = before.current;
    before.current = { first: rows[0]?.id, rowHeight };
    if (!element || oldHeight === 0) return;
    const isAtTop = element.scrollTop < rowHeight / 2;
    const news = isAtTop ? 0 : rows.findIndex(({ id }) => id === first);
    const isResized = oldHeight !== rowHeight;
    const top = isResized ? (element.scrollTop / oldHeight) * rowHeight : element.scrollTop;
    if (news > 0) setFresh((old) => old + news);
    if (news > 0 || isResized) element.scrollTop = top + Math.max(0, news) * rowHeight;
  }, [rows, rowHeight]);

  // For the test that measures it, and for the browser's own tools.
  useLayoutEffect(() => void afterPaint().then(() => performance.mark('first-list')), []);

  const index = rows.findIndex(({ id }) => id === selected);
  useLayoutEffect(() => {
    const { current: element } = viewport;
    if (!element || index < 0 || size.height === 0) return;
    const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + size.height) element.scrollTop = bottom - size.height;
    // Only when another one is chosen: not when the list moves under the one that is.
  }, [selected, size.height > 0, rowHeight]);

  const onScroll = ({ currentTarget }: TargetedEvent<HTMLDivElement>): void => {
    setScrollTop(currentTarget.scrollTop);
    if (currentTarget.scrollTop < rowHeight / 2) setFresh(0);
  };
  const toTop = (): void => {
    viewport.current?.scrollTo({ top: 0 });
    viewport.current?.focus();
  };
  const { from, to } = visibleRange(count, rowHeight, scrollTop, size.height || innerHeight * 0.6);
  const now = Date.now();
  const today = new Date(now).toDateString();
  const lines = useMemo(
    () =>
      rows
        .slice(from, to)
        .map((row, offset) => (
          <RowLine
            key={row.id}
            row={row}
            now={now}
            position={from + offset}
            count={count}
            top={(from + offset) * rowHeight}
            isSelected={row.id === selected}
            onOpen={onOpen}
          />
        )),
    // Of `now`, the day is what is shown of it.
    [rows, from, to, count, rowHeight, selected, onOpen, today],
  );
  const isSeen = index >= from && index < to;
  return (
    <div class={['list', isNarrow && 'narrow', isBusy && 'busy'].filter(Boolean).join(' ')}>
      <div class="columns" aria-hidden="true">
        <span />
        <span>{t.columns.time}</span>
        <span>{t.columns.action}</span>
        <span>{t.columns.title}</span>
        <span>{t.columns.phone}</span>
        <span>{t.columns.status}</span>
        <span>{t.columns.order}</span>
      </div>
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={toTop}>
          <Icon name="up" /> {t.fresh(fresh)}
        </button>
      )}
      <div
        ref={viewport}
        id="list"
        class="viewport"
        role="listbox"
        tabIndex={0}
        aria-label={t.list}
        aria-busy={isBusy}
        {...(isSeen ? { 'aria-activedescendant': optionId(selected) } : {})}
        onScroll={onScroll}
      >
        <div class="spacer" role="presentation" style={{ height: `${count * rowHeight}px` }}>
          {lines}
        </div>
      </div>
      {hasOlder && to === count && <p class="older">{t.older}</p>}
    </div>
  );
}
