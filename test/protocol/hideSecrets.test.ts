import { describe, expect, it } from 'vitest';
import { headerSecrets, hiderOf } from '../../src/protocol/hideSecrets.ts';

describe('hiderOf', () => {
  it('hides a secret in any case of letters, and each time it comes', () => {
    const hide = hiderOf(['c4nary.Пароль'], 2);
    expect(hide('C4NARY.пароль, İ c4nary.ПАРОЛЬc4nary.Пароль c4naryxПароль')).toBe('***, İ ****** c4naryxПароль');
  });

  it('hides the beginning of one where an excerpt ends', () => {
    const hide = hiderOf(['c4nary-token'], 2);
    expect(hide('it is C4nary-t…')).toBe('it is ***…');
    expect(hide('it is c4…')).toBe('it is ***…');
    expect(hide('it is c…')).toBe('it is c…');
  });

  it('hides one that is as long as all headers may be', () => {
    const long = 'c4nary'.repeat(12_000);
    const hide = hiderOf([long], 2);
    expect(hide(`${long} and ${long}…`)).toBe('*** and ***…');
    expect(hide(`it is ${long.slice(0, -1)}…`)).toBe('it is ***…');
  });

  it('counts the first of those that are long enough', () => {
    const hide = hiderOf(['short', 'c4nary-one', 'c4nary-one', 'c4nary-two', 'not-looked-for'], 2, 2);
    expect(hide('short c4nary-one c4nary-two not-looked-for')).toBe('short *** *** not-looked-for');
  });
});

describe('headerSecrets', () => {
  it('are the values of credentials, their words, and the password of a login', () => {
    const pair = btoa('demo:pass:word1');
    const login = `BASIC ${pair}`;
    expect(headerSecrets([['Authorization', login]])).toEqual([login, 'pass:word1', 'BASIC', pair]);
    expect(headerSecrets([['Proxy-Authorization', `Basic ${btoa('nobody')}`]])).toContain('');
    expect(headerSecrets([['Accept', login]])).toEqual([]);
  });

  it('have cookies behind what more depends on', () => {
    const headers = [
      ['Cookie', 'a=b'],
      ['X-Api-Key', 'key'],
    ] as const;
    expect(headerSecrets(headers)).toEqual(['key', 'key', 'a=b', 'a', 'b']);
  });
});
