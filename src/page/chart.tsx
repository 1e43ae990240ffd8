import { type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type Row } from '../inspector/apiTypes.ts';
import { verdicts } from '../journal/verdict.ts';
import { type Bucket, bucketsOf } from './buckets.ts';
import { ends, stretch, zoneOffset } from './dates.ts';
import { VerdictMark } from './icons.tsx';
import { t } from './language.ts';

const height = 48;
const mostBars = 60;
const barWidth = 10;

function describe({ from, to, total, counts }: Bucket): string {
  const parts = verdicts.flatMap((verdict) => (counts[verdict] > 0 ? [`${counts[verdict]} ${t.counts[verdict]}`] : []));
  return `${t.time(...stretch(from, to))}: ${total === 0 ? '0' : parts.join(', ')}`;
}

/** The same for the eye, short enough for a narrow column. */
function Said({ bucket }: { readonly bucket: Bucket }): JSX.Element {
  const { from, to, total, counts } = bucket;
  return (
    <span class="said">
      <span class="when">{t.time(...stretch(from, to))}</span>
      {total === 0 && <span>0</span>}
      {verdicts.map((verdict) =>
        counts[verdict] === 0 ? null : (
          <span key={verdict} class="count">
            <VerdictMark verdict={verdict} /> {t.number(counts[verdict])}
          </span>
        ),
      )}
    </span>
  );
}

function Bar({
  bucket,
  index,
  scale,
}: {
  readonly bucket: Bucket;
  readonly index: number;
  readonly scale: number;
}): JSX.Element[] {
  let top = height;
  return verdicts.flatMap((verdict) => {
    const size = bucket.counts[verdict] * scale;
    if (size === 0) return [];
    // One arrival among thousands is still seen.
    const shown = Math.max(1.5, size);
    top -= shown;
    return [
      <rect key={verdict} class={verdict} x={index * barWidth + 1} y={top} width={barWidth - 2} height={shown} />,
    ];
  });
}

/** Arrivals over time, stacked by verdict. A bar can be pointed at, focused with the arrow keys, and pressed. */
export function Chart({
  rows,
  onPick,
}: {
  readonly rows: readonly Row[];
  readonly onPick: (bucket: Bucket) => void;
}): JSX.Element {
  const [at, setAt] = useState<number>();
  const buckets = useMemo(() => bucketsOf(rows, mostBars, zoneOffset(rows[0]?.at ?? 0)), [rows]);
  // Its place, so that nothing moves when the rows are there.
  if (buckets.length === 0) return <div class="chart" />;
  const tallest = Math.max(...buckets.map(({ total }) => total));
  const scale = (height - 4) / tallest;
  const active = at === undefined ? undefined : buckets[Math.min(at, buckets.length - 1)];
  const [first, last] = [buckets[0], buckets.at(-1)];
  const [start, end] = first && last ? ends(first.from, last.to, first.to - first.from) : [];
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const current = Math.min(at ?? buckets.length - 1, buckets.length - 1);
    if (step !== undefined) setAt(Math.min(buckets.length - 1, Math.max(0, current + step)));
    else if ((event.key === 'Enter' || event.key === ' ') && active) onPick(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="chart">
      <div
        class="bars"
        role="slider"
        tabIndex={0}
        aria-label={t.chart}
        aria-valuemin={0}
        aria-valuemax={buckets.length - 1}
        aria-valuenow={Math.min(at ?? buckets.length - 1, buckets.length - 1)}
        aria-valuetext={last ? describe(active ?? last) : ''}
        title={t.chartHint}
        onKeyDown={onKeyDown}
        onFocus={() => setAt((old) => old ?? buckets.length - 1)}
        onBlur={() => setAt(undefined)}
        onPointerLeave={() => setAt(undefined)}
      >
        <svg viewBox={`0 0 ${buckets.length * barWidth} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          {buckets.map((bucket, index) => (
            <g
              key={bucket.from}
              class={active === bucket ? 'bar active' : 'bar'}
              onPointerEnter={() => setAt(index)}
              onClick={() => onPick(bucket)}
            >
              <rect class="back" x={index * barWidth} y={0} width={barWidth} height={height} />
              <Bar bucket={bucket} index={index} scale={scale} />
            </g>
          ))}
        </svg>
      </div>
      <div class="axis">
        {active ? (
          <Said bucket={active} />
        ) : (
          <>
            <span>{start}</span>
            <span>{end}</span>
          </>
        )}
      </div>
    </div>
  );
}
