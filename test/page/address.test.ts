import { describe, expect, it } from 'vitest';
import { filterOf } from '../../src/inspector/filterQuery.ts';
import { filterQuery, hasFilter, noFilter, readAddress, rowQuery, writeAddress } from '../../src/page/address.ts';

const full = {
  action: 'lead',
  verdict: 'odd',
  phone: '+7 999',
  text: 'а&b=#',
  since: '2026-11-22T10:00:00.000Z',
  until: '2026-11-22T11:00:00.000Z',
  where: ['id=1', 'title~x=y'],
  id: '0badcafe:7',
} as const;

describe('the address of the page', () => {
  it('is read as it was written', () => {
    expect(readAddress(`#${writeAddress(full)}`)).toEqual(full);
    expect(writeAddress({ ...noFilter, id: '' })).toBe('');
    expect(readAddress('')).toEqual({ ...noFilter, id: '' });
    expect(readAddress('#verdict=nonsense&where=nonsense&%%%')).toEqual({ ...noFilter, id: '' });
    expect(hasFilter(full)).toBe(true);
    expect(hasFilter({ ...noFilter, id: 'x' })).toBe(false);
  });

  it('says to the server what the filter is', () => {
    expect(filterOf(new URLSearchParams(filterQuery(full)))).toEqual({
      action: 'lead',
      verdict: 'odd',
      since: new Date(full.since),
      until: new Date(full.until),
      phone: '+7 999',
      contains: 'а&b=#',
      where: [
        { name: 'id', op: '=', value: '1' },
        { name: 'title', op: '~', value: 'x=y' },
      ],
    });
    expect(rowQuery(full)).not.toContain('verdict');
  });
});
