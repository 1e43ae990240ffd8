import { type SendTally } from '../../client/sendTally.ts';
import { formatDuration } from '../layout.ts';
import { progressBar } from '../progressBar.ts';
import { type Style } from '../style.ts';

/** Where the sending of many leads stands. */
interface BulkProgress {
  readonly tally: SendTally;
  /** Leads in all, and milliseconds in all; either may be infinite. */
  readonly count: number;
  readonly durationMs: number;
  readonly elapsedMs: number;
}

/** One line that says where the sending of many leads stands, and how long it will take. */
export function bulkProgress({ tally, count, durationMs, elapsedMs }: BulkProgress, style: Style): string {
  const { sent, accepted, rejected, unreachable } = tally;
  const share = Math.max(sent / count, elapsedMs / durationMs);
  const leftMs = Math.min((elapsedMs / sent) * (count - sent), durationMs - elapsedMs);
  const facts = [
    count === Number.POSITIVE_INFINITY ? `${sent}` : `${sent}/${count}`,
    `${accepted} ✓`,
    rejected > 0 ? `${rejected} ✗` : '',
    unreachable > 0 ? `${unreachable} not answered` : '',
    elapsedMs > 1000 ? `${(sent / (elapsedMs / 1000)).toFixed(1)}/s` : '',
    sent > 0 && leftMs > 1000 ? `${formatDuration(leftMs)} left` : '',
  ];
  return progressBar(share, facts, style);
}
