import { describe, expect, it } from 'vitest';
import { RecordSummary } from '../../src/journal/recordSummary.ts';
import { guessSource } from '../../src/protocol/guessSource.ts';
import { seededRandom } from '../../src/protocol/random.ts';
import { leadSources, sampleLead } from '../../src/protocol/samples.ts';
import { makeStyle } from '../../src/report/style.ts';
import { summaryReporters } from '../../src/report/summaryReporters.ts';
import { sampleRecord } from '../helpers/samples.ts';

const plain = makeStyle({ colourLevel: 0, columns: 80 });
const warning = (code: string) => ({ code, severity: 'warning' as const, path: '', detail: '' });
const day = (receivedAt: string): string => receivedAt.slice(0, 10);

function summaryOf(...all: ReadonlyArray<Parameters<typeof sampleRecord>[0]>): RecordSummary {
  const summary = new RecordSummary(day);
  for (const fields of all) summary.add(sampleRecord(fields));
  return summary;
}

const call = { parameters: { title: 'Звонок от 79990001122' } };

describe('guessSource', () => {
  it('knows the titles of our samples, which are those of the source document', () => {
    for (const source of leadSources) {
      expect(guessSource(sampleLead(source, seededRandom(1), new Date()).title ?? '')).toBe(source);
    }
    expect(['', 'Заказ', 'Мой звонок от него', '  ЗВОНОК ОТ 7'].map(guessSource)).toEqual([
      undefined,
      undefined,
      undefined,
      'calltracking',
    ]);
  });
});

describe('the summary of records', () => {
  const summary = summaryOf(
    call,
    call,
    { ...call, problems: [warning('a'), warning('a'), warning('b')] },
    { receivedAt: '2026-11-20T10:00:00.000Z', action: 'message', parameters: { title: 'Звонок от' } },
    { receivedAt: '2026-11-20T10:00:00.000Z', action: null, parameters: {}, answer: null },
    { action: 'lead', parameters: { title: 'Заказ' }, answer: { status: 401, body: '' } },
  );

  it('counts by day, action, source of leads, verdict and problem', () => {
    expect(JSON.parse(summaryReporters.json.report(summary, 2, plain))).toEqual({
      records: 6,
      unreadable: 2,
      days: [
        { day: '2026-11-20', count: 2, verdicts: { accepted: 1, unanswered: 1 } },
        { day: '2026-11-22', count: 4, verdicts: { accepted: 2, odd: 1, rejected: 1 } },
      ],
      actions: [
        { name: 'lead', count: 4 },
        { name: 'message', count: 1 },
        { name: '', count: 1 },
      ],
      sources: [
        { name: 'calltracking', count: 3 },
        { name: 'other', count: 1 },
      ],
      verdicts: [
        { name: 'accepted', count: 3 },
        { name: 'odd', count: 1 },
        { name: 'unanswered', count: 1 },
        { name: 'rejected', count: 1 },
      ],
      problems: [
        { name: 'a', count: 1 },
        { name: 'b', count: 1 },
      ],
      uncounted: { days: 0, actions: 0, problems: 0 },
    });
  });

  it('is a chart for people', () => {
    const text = summaryReporters.human.report(summary, 2, plain);
    expect(text).toBe(
      [
        '6 records, 2 unreadable',
        '',
        'By day',
        `  2026-11-20               2  ${'█'.repeat(15)}  1 unanswered`,
        `  2026-11-22               4  ${'█'.repeat(30)}  1 odd, 1 rejected`,
        '',
        'By action',
        `  lead                     4  ${'█'.repeat(40)}`,
        `  message                  1  ${'█'.repeat(10)}`,
        `  (none)                   1  ${'█'.repeat(10)}`,
        '',
        'Leads by source (guessed from the title)',
        `  calltracking             3  ${'█'.repeat(40)}`,
        `  other                    1  ${'█'.repeat(13)}▌`,
        '',
        'By verdict',
        `  accepted                 3  ${'█'.repeat(40)}`,
        `  odd                      1  ${'█'.repeat(13)}▌`,
        `  unanswered               1  ${'█'.repeat(13)}▌`,
        `  rejected                 1  ${'█'.repeat(13)}▌`,
        '',
        'Problems (records that have them)',
        `  a                        1  ${'█'.repeat(40)}`,
        `  b                        1  ${'█'.repeat(40)}`,
        '',
      ].join('\n'),
    );
    expect(summaryReporters.human.report(summaryOf(), 0, plain)).toBe('0 records\n');
  });

  it('takes little memory and few lines, whatever comes in', () => {
    const many = new RecordSummary((receivedAt) => receivedAt);
    for (let index = 0; index < 5000; index += 1) {
      const fields = { action: `${index}\u001b${'x'.repeat(500)}`, receivedAt: String(10_000 + index) };
      many.add(sampleRecord({ ...fields, problems: [warning(`code-${index}`)] }));
    }
    many.add(sampleRecord({ action: 'lead', receivedAt: '10000' }));
    expect(many.actions).toHaveLength(100);
    expect(many.actions[0]?.name).toHaveLength(100);
    expect(many.problems).toHaveLength(100);
    expect(many.uncounted).toEqual({ days: 5000 - 3660, actions: 4901, problems: 4900 });
    const text = summaryReporters.human.report(many, 0, plain);
    expect(text.split('\n').length).toBeLessThan(70);
    expect(text).toContain('5 001 records\n');
    expect(text).toContain('  4 970 on other days\n');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
