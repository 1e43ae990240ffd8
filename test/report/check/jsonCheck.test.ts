import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCheck } from '../../../src/report/check/jsonCheck.ts';
import { carelessSuite, checkHandler, hostileSuite } from '../../helpers/suites.ts';
import { freePort } from '../../helpers/tcpServer.ts';

interface Document extends Readonly<Record<string, unknown>> {
  readonly checks: ReadonlyArray<Readonly<Record<string, unknown>> & { readonly findings: readonly object[] }>;
}

const read = (json: string): Document => JSON.parse(json) as Document;

describe('the JSON report', () => {
  it('has the names that scripts rely on', async () => {
    const document = read(jsonCheck(await carelessSuite()));
    expect(Object.keys(document).join(' ')).toBe(
      'verdict strict stopped url messageUrl marker leads startedAt durationMs requests counts checks',
    );
    expect(Object.keys(document['counts'] as object)).toEqual(['passed', 'must', 'should', 'may', 'skipped']);
    const ofCheck = ['id', 'group', 'level', 'title', 'outcome', 'means', 'mend', 'alone', 'requests', 'durationMs'];
    expect(new Set(document.checks.flatMap(Object.keys))).toEqual(new Set([...ofCheck, 'reason', 'findings']));
    const ofFinding = ['sent', 'expected', 'received', 'reproduction', 'advice'];
    expect(new Set(document.checks.flatMap(({ findings }) => findings.flatMap(Object.keys)))).toEqual(
      new Set(ofFinding),
    );
  });

  it('has null for what there is not, and the reason of what was skipped', async () => {
    const document = read(jsonCheck(await carelessSuite({ ids: ['contact-answers', 'contact-read-back'] })));
    expect(document).toMatchObject({
      verdict: 'passed',
      strict: false,
      stopped: null,
      startedAt: '2026-11-22T10:00:00.000Z',
      checks: [
        { outcome: 'passed', reason: null, findings: [] },
        { outcome: 'skipped', reason: 'no --read-back address is given' },
      ],
    });
  });

  it('lists checks that did not run any more', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`);
    const document = read(jsonCheck(suite));
    expect(document).toMatchObject({ verdict: 'unreachable', stopped: suite.stopped, requests: 1 });
    expect(document.checks).toHaveLength(suite.plan.ids.length);
  });

  it('reads back every text as it was', () => {
    fc.assert(
      fc.property(hostileSuite, (suite) => {
        const { checks } = read(jsonCheck(suite));
        const expected = suite.results.map(({ findings }) =>
          findings.map(({ advice, ...finding }) => ({ ...finding, advice: advice ?? null })),
        );
        expect(checks.map(({ findings }) => findings)).toEqual(expected);
        expect(checks.map(({ reason }) => reason ?? undefined)).toEqual(suite.results.map(({ reason }) => reason));
      }),
    );
  });
});
