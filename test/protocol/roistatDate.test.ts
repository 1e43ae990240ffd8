import { describe, expect, it } from 'vitest';
import { parseRoistatDate, roistatDate } from '../../src/protocol/roistatDate.ts';

describe('roistatDate', () => {
  it('writes UTC as created_date does', () => {
    expect(roistatDate(new Date('2015-06-28T12:12:54+03:00'))).toBe('2015-06-28 09:12:54');
  });

  it.each(['', 'yesterday', '2015-06-28', '2015-02-30 09:12:54', '2015-06-28 25:00:00', '2015-06-28T09:12:54'])(
    'is none: %j',
    (text) => expect(parseRoistatDate(text)).toBeUndefined(),
  );

  it('is read as it is written', () => {
    expect(parseRoistatDate('2015-06-28 09:12:54')).toEqual(new Date('2015-06-28T09:12:54Z'));
  });
});
