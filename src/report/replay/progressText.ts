import { type ReplayTally } from '../../client/replayTally.ts';
import { formatDuration } from '../layout.ts';
import { progressBar } from '../progressBar.ts';
import { type Style } from '../style.ts';

/** Where a replay stands. */
export interface ReplayProgress {
  readonly tally: ReplayTally;
  /** Records in all; undefined when it is not known. */
  readonly total: number | undefined;
  readonly elapsedMs: number;
  /** Milliseconds until the next one is due, and its number. */
  readonly next: { readonly seq: number; readonly inMs: number } | undefined;
}

/** Shorter waits are not worth a word. */
const longWaitMs = 1000;

/** One line, narrower than the terminal, that says where a replay stands. */
export function progressText({ tally, total, elapsedMs, next }: ReplayProgress, style: Style): string {
  const { total: done, accepted, rejected, unreachable } = tally;
  const share = total === undefined ? undefined : total === 0 ? 0 : done / total;
  const isWaiting = next !== undefined && next.inMs >= longWaitMs;
  const facts = [
    total === undefined ? `${done}` : `${done}/${total}`,
    `${accepted} ✓`,
    rejected > 0 ? `${rejected} ✗` : '',
    unreachable > 0 ? `${unreachable} not answered` : '',
    elapsedMs > 1000 ? `${(done / (elapsedMs / 1000)).toFixed(1)}/s` : '',
    isWaiting ? `#${next.seq} in ${formatDuration(next.inMs)}` : '',
  ];
  return progressBar(share, facts, style);
}
