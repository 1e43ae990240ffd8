import { language, t } from './language.ts';

/*
 * Times in the browser's own zone and habits, in the language of the page. The short ones are put together here: a
 * browser's first formatter takes 20 ms to make, and the list would wait for it.
 */
const locale = language === 'ru' ? 'ru' : navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const isMonthFirst = /^en(-(us|ca|ph))?$/i.test(locale);

const twoDigits = (count: number): string => String(count).padStart(2, '0');

function shortClock(at: number): string {
  const date = new Date(at);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

const clock = (at: number): string => `${shortClock(at)}:${twoDigits(new Date(at).getSeconds())}`;

function day(at: number): string {
  const date = new Date(at);
  const month = t.months[date.getMonth()];
  return isMonthFirst ? `${month} ${date.getDate()}` : `${date.getDate()} ${month}`;
}

const dayOf = (at: number): string => new Date(at).toDateString();

/** Time of day; the day before it unless it is today. */
export function shortTime(at: number, now: number): string {
  return dayOf(at) === dayOf(now) ? clock(at) : moment(at);
}

export const fullTime = (at: number): string =>
  `${new Date(at).toLocaleDateString(locale, { dateStyle: 'long' })}, ${clock(at)}`;

/** For tooltips: the same in UTC, as the journal has it. */
export const utcTime = (at: number): string => `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** The bounds of a stretch of time, as short as they are clear. */
export function stretch(from: number, to: number): readonly [string, string] {
  const isDays = to - from >= 86_400_000;
  if (isDays) return [day(from), day(to - 1)];
  const time = to - from < 60_000 ? clock : shortClock;
  if (dayOf(from) !== dayOf(to - 1)) return [moment(from), moment(to)];
  const start = time(from);
  return [dayOf(from) === dayOf(Date.now()) ? start : `${day(from)}, ${start}`, time(to)];
}

/** A moment of an open stretch. */
export const moment = (at: number): string => `${day(at)}, ${shortClock(at)}`;

/** Both ends of a longer time, to be read apart from each other: with their days where these differ. */
export function ends(from: number, to: number, step: number): readonly [string, string] {
  if (step >= 86_400_000) return [day(from), day(to - 1)];
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

/** `1.2 ms`, `35 ms`, `1.0 s`. */
export function duration(ms: number): string {
  if (ms < 10) return inUnit('millisecond', 1).format(ms);
  return ms < 1000 ? inUnit('millisecond', 0).format(ms) : inUnit('second', 1).format(ms / 1000);
}

/** What the zone is ahead of UTC, in milliseconds. */
export const zoneOffset = (at: number): number => -new Date(at).getTimezoneOffset() * 60_000;
