import { missOf, type RecordFilter } from '../journal/filter.ts';
import { necessaryTexts } from '../journal/necessaryText.ts';
import { type HeldRecord } from './heldRecord.ts';

export type HeldMatcher = (held: HeldRecord) => boolean;

/** Tells whether a record meets a filter; most that do not are known by their text, without being parsed. */
export function heldMatcher(filter: RecordFilter): HeldMatcher {
  const { where, ...others } = filter;
  const asksNothing = where.length === 0 && Object.values(others).every((demand) => demand === undefined);
  if (asksNothing) return () => true;
  const texts = necessaryTexts(filter);
  return (held) => {
    if (filter.verdict !== undefined && held.verdict !== filter.verdict) return false;
    return texts.every(({ text }) => held.line.includes(text)) && missOf(held.record, filter) === undefined;
  };
}
