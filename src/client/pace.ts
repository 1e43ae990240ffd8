import { type JournalRecord } from '../journal/record.ts';

/**
 * When the next record is to be sent, in milliseconds of the clock that `now` is read from; at once when that is over.
 * Called once for each record, in order.
 */
export type Pace = (record: JournalRecord, now: number) => number;

/** Timers count in milliseconds: shorter intervals are kept on average, catching up on at most so many. */
const catchUpMs = 20;

/**
 * At most one request in each interval, evenly; a handler that was slow is not sent a heap afterwards. It does not look
 * at what is sent.
 */
export function evenPace(intervalMs: number): (item: unknown, now: number) => number {
  const catchUp = intervalMs < catchUpMs ? catchUpMs : 0;
  let due = Number.NEGATIVE_INFINITY;
  return (_item, now) => {
    due = Math.max(due + intervalMs, now - catchUp);
    return due;
  };
}

/**
 * The gaps with which the records came in, divided by `speed`. The timeline holds: after a slow answer the next ones
 * follow at once until it is caught up with. Where times step back there is no gap, and all gaps together are never
 * longer than what lies between the earliest and the latest record so far. So records in any order take no longer than
 * they were recorded in; where a clock stepped back for good, those of the hour that comes twice may go out at once.
 */
export function recordedPace(speed: number): Pace {
  let start: number | undefined;
  let [last, earliest, latest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  /** Where on the timeline the next record is, in recorded milliseconds. */
  let place = 0;
  return ({ receivedAt }, now) => {
    const at = Date.parse(receivedAt);
    earliest = Math.min(earliest, at);
    latest = Math.max(latest, at);
    if (start === undefined) start = now;
    else place = Math.min(place + Math.max(0, at - last), latest - earliest);
    last = at;
    return start + place / speed;
  };
}

/** As fast as answers come. */
export const noPace: Pace = (_record, now) => now;
