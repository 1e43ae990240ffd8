import { describe, expect, it } from 'vitest';
import { roistatDate } from '../../src/protocol/roistatDate.ts';

describe('roistatDate', () => {
  it('writes UTC as created_date does', () => {
    expect(roistatDate(new Date('2015-06-28T12:12:54+03:00'))).toBe('2015-06-28 09:12:54');
  });
});
