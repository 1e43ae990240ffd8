import { InvalidArgumentError } from 'commander';

/** A moment or a stretch of time: milliseconds from `start` up to but not with `end`; both the same for a moment. */
interface TimeSpan {
  readonly start: Date;
  readonly end: Date;
}

/** A time as it was typed; what it means depends on when that is asked. */
export type TypedTime = (now: Date) => TimeSpan;

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

const moment = (date: Date): TimeSpan => ({ start: date, end: date });

/** A day of the calendar of this machine; it may have 23 or 25 hours. */
function day(year: number, month: number, date: number): TimeSpan {
  return { start: new Date(year, month, date), end: new Date(year, month, date + 1) };
}

const hint = 'Write 30m, 2h or 1d ago, today, yesterday, 2026-11-22, 2026-11-22T10:00 or 10:00.';

function fail(): never {
  throw new InvalidArgumentError(hint);
}

/** `2026-11-22`, `2026-11-22T10:00`, `…:00.000`, each with a `Z` or an offset when it is not the time of this machine. */
const datePattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

function typedDate(text: string, [, year, month, date, time, zone = '']: RegExpExecArray): TypedTime {
  const span = day(Number(year), Number(month) - 1, Number(date));
  // 30 February would be a day in March.
  if (span.start.getMonth() !== Number(month) - 1) fail();
  if (time === undefined) return () => span;
  const at = new Date(`${text.slice(0, 10)}T${time}${zone}`);
  if (Number.isNaN(at.getTime())) fail();
  return () => moment(at);
}

function timeOfDay(text: string): TypedTime {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  if (hours > 23 || minutes > 59 || seconds > 59) fail();
  return (now) => moment(new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, minutes, seconds));
}

/**
 * `30m`, `1h`, `2d`, `1w` (so long ago), `today`, `yesterday`, `2026-11-22`, `2026-11-22T10:00`, `10:00` (today). Days
 * and times are those of this machine's time zone, as they are shown, unless `Z` or `+03:00` follows.
 */
export function parseMoment(text: string): TypedTime {
  const typed = text.trim();
  const ago = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(typed);
  if (ago) {
    const ms = Number(ago[1]) * (units[ago[2] ?? ''] ?? 0);
    return (now) => moment(new Date(Math.max(0, now.getTime() - ms)));
  }
  if (typed === 'today') return (now) => day(now.getFullYear(), now.getMonth(), now.getDate());
  if (typed === 'yesterday') return (now) => day(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (/^\d\d?:\d\d(:\d\d)?$/.test(typed)) return timeOfDay(typed);
  const date = datePattern.exec(typed);
  return date ? typedDate(typed, date) : fail();
}
