import fc from 'fast-check';
import { type FinalResults, Parser, type Result } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { tapCheck } from '../../../src/report/check/tapCheck.ts';
import { type ShownSuite } from '../../../src/report/check/shownSuite.ts';
import { printable } from '../../../src/report/printable.ts';
import { carelessSuite, checkHandler, hostileSuite } from '../../helpers/suites.ts';
import { freePort } from '../../helpers/tcpServer.ts';

interface Parsed {
  readonly version: number | undefined;
  readonly final: FinalResults;
  readonly points: readonly Result[];
  /** Lines that are no TAP. */
  readonly extra: readonly string[];
}

function parse(tap: string): Parsed {
  const points: Result[] = [];
  const extra: string[] = [];
  let version: number | undefined;
  let final: FinalResults | undefined;
  const parser = new Parser((results) => {
    final = results;
  });
  parser.on('version', (found: number) => {
    version = found;
  });
  parser.on('assert', (point: Result) => points.push(point));
  parser.on('extra', (line: string) => extra.push(line));
  parser.end(tap);
  if (!final) throw new Error('the parser came to no end');
  return { version, final, points, extra };
}

const failing = (suite: ShownSuite): number => suite.counts.must + (suite.strict ? suite.counts.should : 0);
const failed = ({ counts }: ShownSuite): number => counts.must + counts.should + counts.may;

function expectRightCounts({ final, version, extra }: Parsed, suite: ShownSuite): void {
  expect({ version, extra, end: final.plan.end }).toEqual({ version: 14, extra: [], end: suite.results.length });
  expect({ count: final.count, skip: final.skip, todo: final.todo, fail: final.fail }).toEqual({
    count: suite.results.length,
    skip: suite.counts.skipped,
    todo: failed(suite) - failing(suite),
    fail: failed(suite),
  });
  // What the parser counts as failures: neither TODO nor skipped.
  expect(final.failures.filter((item) => 'name' in item && !item.todo)).toHaveLength(failing(suite));
}

describe('the TAP report', () => {
  it('is TAP 14 with a test point a check, in their order', async () => {
    const suite = await carelessSuite();
    const parsed = parse(tapCheck(suite));
    expectRightCounts(parsed, suite);
    expect(parsed.final.ok).toBe(false);
    expect(parsed.points.map(({ name }) => name)).toEqual(suite.results.map(({ id, title }) => `${id}: ${title}`));
    const ran = suite.results.filter(({ outcome }) => outcome !== 'skipped');
    expect(parsed.points.filter(({ time }) => time !== null)).toHaveLength(ran.length);
  });

  it('has everything about a failure as YAML', async () => {
    const suite = await carelessSuite({ ids: ['contact-answers', 'auth-separated'] });
    const { points } = parse(tapCheck(suite));
    const result = suite.results[1];
    expect(points[1]).toMatchObject({ ok: false, todo: false });
    expect(points[1]?.diag).toEqual({
      message: expect.stringMatching(/^received HTTP 200 .* expected HTTP 401/) as string,
      severity: 'fail',
      level: 'MUST',
      findings: expectedFindings(result?.findings ?? []),
      means: result?.means,
      mend: result?.mend,
      alone: result?.alone,
    });
  });

  it('does not fail on a SHOULD or MAY, but with --strict on a SHOULD', async () => {
    const ids = ['contact-answers', 'answer-content-type', 'answer-message-json'] as const;
    const { final, points } = parse(tapCheck(await carelessSuite({ ids })));
    expect(final).toMatchObject({ ok: true, todo: 2 });
    expect(points.map(({ todo }) => todo)).toEqual([false, 'it is a SHOULD', 'it is a MAY']);
    const strict = parse(tapCheck(await carelessSuite({ ids, strict: true })));
    expect(strict.final).toMatchObject({ ok: false, todo: 1 });
  });

  it('gives the reason of a skipped check', async () => {
    const { points } = parse(tapCheck(await carelessSuite({ ids: ['contact-read-back'] })));
    expect(points[0]).toMatchObject({ ok: true, skip: 'no --read-back address is given' });
  });

  it('bails out at the end of a run that ended early', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`);
    const parsed = parse(tapCheck(suite));
    expectRightCounts(parsed, suite);
    expect(parsed.final).toMatchObject({ ok: false, bailout: suite.stopped });
  });

  it('bails out when nothing answers and only a SHOULD was asked', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`, { ids: ['answer-latency'] });
    expect(suite.verdict).toBe('unreachable');
    expect(parse(tapCheck(suite)).final.ok).toBe(false);
  });

  it('is parsed right whatever was answered', () => {
    fc.assert(
      fc.property(hostileSuite, (suite) => {
        const tap = tapCheck(suite);
        // Strict readers of YAML refuse these two; the one here does not.
        expect(tap).not.toMatch(/^ .*[\ufffe\uffff]/m);
        const parsed = parse(tap);
        expectRightCounts(parsed, suite);
        expect(parsed.points.map(({ diag }) => diag?.findings ?? [])).toEqual(
          suite.results.map(({ findings }) => expectedFindings(findings)),
        );
        expect(parsed.points.map(({ skip }) => skip)).toEqual(
          suite.results.map(({ outcome, reason = '' }) => outcome === 'skipped' && shownReason(reason)),
        );
        const hasEnd = suite.stopped !== undefined || ['unreachable', 'interrupted'].includes(suite.verdict);
        expect(parsed.final.bailout !== false).toBe(hasEnd);
      }),
    );
  });
});

function expectedFindings(findings: ShownSuite['results'][number]['findings']): unknown[] {
  return findings.map(({ advice, ...finding }) => (advice === undefined ? finding : { ...finding, mend: advice }));
}

/** What a parser makes of a reason: blanks around it are not part of it, and none at all is `true`. */
function shownReason(reason: string): string | true {
  const text = printable(reason).trim();
  return text === '' ? true : text.replace(/\{$/, '{.');
}
