import { language } from './language.ts';

// The browser's own zone and habits, in the language of the page.
const locale = language === 'ru' ? 'ru' : navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const clock = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const shortClock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const fullDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });

const dayOf = (at: number): string => new Date(at).toDateString();

/** Time of day; the day before it unless it is today. */
export function shortTime(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? clock.format(at) : `${day.format(at)}, ${shortClock.format(at)}`;
}

export const fullTime = (at: number): string => `${fullDay.format(at)}, ${clock.format(at)}`;

/** For tooltips: the same in UTC, as the journal has it. */
export const utcTime = (at: number): string => `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** The bounds of a stretch of time, as short as they are clear. */
export function stretch(from: number, to: number): readonly [string, string] {
  const isDays = to - from >= 86_400_000;
  if (isDays) return [day.format(from), day.format(to - 1)];
  const time = to - from < 60_000 ? clock : shortClock;
  if (dayOf(from) !== dayOf(to - 1)) return [moment(from), moment(to)];
  const start = time.format(from);
  return [dayOf(from) === dayOf(Date.now()) ? start : `${day.format(from)}, ${start}`, time.format(to)];
}

/** A moment of an open stretch. */
export const moment = (at: number): string => `${day.format(at)}, ${shortClock.format(at)}`;

/** Both ends of a longer time, to be read apart from each other: with their days where these differ. */
export function ends(from: number, to: number, step: number): readonly [string, string] {
  if (step >= 86_400_000) return [day.format(from), day.format(to - 1)];
  if (dayOf(from) === dayOf(to - 1)) return stretch(from, to);
  return [moment(from), moment(to)];
}

const inUnit = (unit: 'millisecond' | 'second', digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
const [tenths, milliseconds, seconds] = [inUnit('millisecond', 1), inUnit('millisecond', 0), inUnit('second', 1)];

/** `1.2 ms`, `35 ms`, `1.0 s`. */
export function duration(ms: number): string {
  if (ms < 10) return tenths.format(ms);
  return ms < 1000 ? milliseconds.format(ms) : seconds.format(ms / 1000);
}

/** What the zone is ahead of UTC, in milliseconds. */
export const zoneOffset = (at: number): number => -new Date(at).getTimezoneOffset() * 60_000;
