import { expect, it } from 'vitest';
import { recordView } from '../../src/inspector/recordView.ts';
import { leadRecord } from '../helpers/leads.ts';

it('explains the parameters of leads and messages, and not those of other actions by the same names', () => {
  const meaningOfId = (action: string | null): string | undefined => {
    const facts = { webhook: 'http://127.0.0.1/', invocation: 'roistat-hook', credentials: undefined };
    return recordView(leadRecord(1, {}, { action }), false, facts).meanings['id'];
  };
  expect(meaningOfId('lead')).toMatch(/^Id of the lead in Roistat/);
  expect(meaningOfId(null)).toBe(meaningOfId('lead'));
  expect(meaningOfId('message')).not.toBe(meaningOfId('lead'));
  expect([meaningOfId('call'), meaningOfId('no-such-action')]).toEqual([undefined, undefined]);
});
