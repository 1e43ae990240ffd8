import { describe, expect, it } from 'vitest';
import { type Forward, type JournalRecord } from '../../src/journal/record.ts';
import { verdictOf } from '../../src/journal/verdict.ts';
import { problem } from '../../src/protocol/problems.ts';
import { sampleRecord } from '../helpers/samples.ts';

const warning = problem('user-mismatch', 'query.user', '');
const ok = { status: 200, body: '{}' };

function forward(fields: Partial<Forward>): Forward {
  return { url: 'http://127.0.0.1:8000/', verdict: 'accepted', problems: [], durationMs: 1, ...fields };
}

describe('the verdict on a record', () => {
  it.each<[string, Partial<JournalRecord>, string]>([
    ['200', { answer: ok }, 'accepted'],
    ['204', { answer: { status: 204, body: '' } }, 'accepted'],
    ['302', { answer: { status: 302, body: '' } }, 'rejected'],
    ['401', { answer: { status: 401, body: '{}' }, problems: [warning] }, 'rejected'],
    ['no answer', { answer: null }, 'unanswered'],
    ['200 with a warning', { answer: ok, problems: [warning] }, 'odd'],
    ['200 with a remark', { answer: ok, problems: [{ ...warning, severity: 'info' }] }, 'accepted'],
    ['a handler that accepts', { answer: ok, forward: forward({}) }, 'accepted'],
    ['a handler whose answer is odd', { answer: ok, forward: forward({ problems: [warning] }) }, 'odd'],
    ['a handler that refuses within a 200', { answer: ok, forward: forward({ verdict: 'rejected' }) }, 'rejected'],
    ['a fault', { answer: ok, fault: 'slow' }, 'injected'],
    ['a reset on purpose', { answer: null, fault: 'reset' }, 'injected'],
  ])('%s', (_what, fields, verdict) => {
    expect(verdictOf(sampleRecord(fields))).toBe(verdict);
  });
});
