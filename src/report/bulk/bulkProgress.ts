import { type SendTally } from '../../client/sendTally.ts';
import { formatTimeLeft } from '../layout.ts';
import { progressBar } from '../progressBar.ts';
import { type Style } from '../style.ts';
import { shownAnswerRate } from './answerRate.ts';

/** Where the sending of many leads stands. */
interface BulkProgress {
  readonly tally: SendTally;
  /** Leads in all, and milliseconds in all; either may be infinite. */
  readonly count: number;
  readonly durationMs: number;
  readonly elapsedMs: number;
  /** Leads that were begun. */
  readonly begun: number;
  /** Whether no more are begun, for it was interrupted. */
  readonly isStopped: boolean;
}

/** How long it will take; once nothing more is begun, only how many are waited for. */
function whatIsLeft({ tally, count, durationMs, elapsedMs, begun, isStopped }: BulkProgress): string {
  const { sent } = tally;
  if (isStopped || elapsedMs >= durationMs) return `waiting for ${begun - sent}`;
  const leftMs = Math.min((elapsedMs / sent) * (count - sent), durationMs - elapsedMs);
  return sent > 0 && leftMs > 1000 ? `${formatTimeLeft(leftMs)} left` : '';
}

/** One line that says where the sending of many leads stands, and how long it will take. */
export function bulkProgress(progress: BulkProgress, style: Style): string {
  const { tally, count, durationMs, elapsedMs } = progress;
  const { sent, accepted, rejected, unreachable } = tally;
  const share = Math.max(sent / count, elapsedMs / durationMs);
  const facts = [
    count === Number.POSITIVE_INFINITY ? `${sent} sent` : `${sent}/${count}`,
    `${accepted} ✓`,
    rejected > 0 ? `${rejected} ✗` : '',
    unreachable > 0 ? `${unreachable} not answered` : '',
    elapsedMs > 1000 ? shownAnswerRate(tally, elapsedMs) : '',
    whatIsLeft(progress),
  ];
  return progressBar(share, facts, style);
}
