import fc from 'fast-check';
import { XmlDocument, XmlElement, XmlText, XsdValidator } from 'libxml2-wasm';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { junitCheck } from '../../../src/report/check/junitCheck.ts';
import { failureSentence, failureText } from '../../../src/report/check/failureText.ts';
import { type ShownSuite } from '../../../src/report/check/shownSuite.ts';
import { printable } from '../../../src/report/printable.ts';
import { carelessSuite, checkHandler, hostileSuite } from '../../helpers/suites.ts';
import { freePort } from '../../helpers/tcpServer.ts';

const schemaFile = new URL('../../../fixtures/schemas/jenkins-junit.xsd', import.meta.url);

// The schema is of 2010; since then Jenkins takes type and message of <skipped>, as of <failure>.
const schema = readFileSync(schemaFile, 'utf8').replace(
  '<xs:element name="skipped" type="xs:string"/>',
  '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="type"/><xs:attribute name="message"/></xs:complexType></xs:element>',
);
const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema));

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

function plain(element: XmlElement): Element {
  const children: Element[] = [];
  let text = '';
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) children.push(plain(node));
    else if (node instanceof XmlText) text += node.content;
  }
  const attributes = Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]));
  return { name: element.name, attributes, text, children };
}

/** Parses and validates; throws when the document is not what Jenkins takes. */
function read(xml: string): Element {
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return plain(document.root);
  } finally {
    document.dispose();
  }
}

const suitesOf = (root: Element): readonly Element[] => root.children;
const casesOf = (root: Element): Element[] =>
  suitesOf(root).flatMap(({ children }) => children.filter(({ name }) => name === 'testcase'));
const named = (element: Element, name: string): number =>
  element.children.filter((child) => child.name === name).length;

/** What a viewer counts must be what the attributes say. */
function expectRightCounts(root: Element): void {
  for (const suite of suitesOf(root)) {
    const cases = casesOf({ ...root, children: [suite] });
    const having = (name: string): string => String(cases.filter((element) => named(element, name) > 0).length);
    expect(suite.attributes).toMatchObject({
      tests: String(cases.length),
      failures: having('failure'),
      errors: having('error'),
      skipped: having('skipped'),
    });
  }
  const all = casesOf(root);
  const sum = (name: string): string => String(all.filter((element) => named(element, name) > 0).length);
  expect(root.attributes).toMatchObject({ tests: String(all.length), failures: sum('failure'), errors: sum('error') });
}

const caseOf = (root: Element, id: string): Element | undefined =>
  casesOf(root).find(({ attributes }) => attributes['name']?.startsWith(`${id}: `));

describe('the JUnit report', () => {
  it('has a test suite a group, and a test a check', async () => {
    const suite = await carelessSuite();
    const root = read(junitCheck(suite));
    expectRightCounts(root);
    const groups = ['contact', 'answer', 'auth', 'robustness', 'text', 'idempotency'];
    expect(suitesOf(root).map(({ attributes }) => attributes['name'])).toEqual(groups);
    expect(casesOf(root)).toHaveLength(suite.results.length);
    expect(root.attributes['failures']).toBe(String(suite.counts.must));
    expect(caseOf(root, 'answer-json')).toMatchObject({
      attributes: {
        name: 'answer-json: MUST answer a lead with JSON and nothing else',
        classname: 'roistat-hook.answer',
      },
      children: [],
    });
    expect(root.attributes['time']).toBe((suite.durationMs / 1000).toFixed(3));
    const contact = suite.results.filter(({ group }) => group === 'contact');
    const before = contact.reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(suitesOf(root)[0]?.attributes).toMatchObject({
      time: (before / 1000).toFixed(3),
      timestamp: '2026-11-22T10:00:00.000Z',
    });
    expect(suitesOf(root)[1]?.attributes['timestamp']).toBe(new Date(suite.startedAt.getTime() + before).toISOString());
  });

  it('says everything about a failed MUST', async () => {
    const suite = await carelessSuite({ ids: ['contact-answers', 'auth-separated'] });
    const root = read(junitCheck(suite));
    const [failure] = caseOf(root, 'auth-separated')?.children ?? [];
    expect(failure).toMatchObject({ name: 'failure', attributes: { type: 'MUST' } });
    expect(failure?.attributes['message']).toMatch(
      /^received HTTP 200 and \{"status":"ok".*; expected HTTP 401.*\(and 5 more\)$/,
    );
    for (const finding of suite.results[1]?.findings ?? []) {
      for (const line of finding.reproduction) expect(failure?.text).toContain(line);
      expect(failure?.text).toContain(`Received  ${finding.received}\n`);
    }
    expect(failure?.text).toMatch(/\nMeans {5}Anybody who .*\nFix {7}Accept md5.*\nAlone {5}.* --only auth-separated$/);
  });

  it('leaves a build green when a SHOULD or MAY fails, and shows it as skipped', async () => {
    const ids = ['contact-answers', 'answer-content-type', 'answer-message-json'] as const;
    const suite = await carelessSuite({ ids });
    expect(suite).toMatchObject({ verdict: 'passed', counts: { should: 1, may: 1 } });
    const root = read(junitCheck(suite));
    expect(root.attributes).toMatchObject({ failures: '0', errors: '0' });
    const [should] = caseOf(root, 'answer-content-type')?.children ?? [];
    expect(should).toMatchObject({ name: 'skipped', attributes: { type: 'SHOULD' } });
    expect(should?.attributes['message']).toMatch(/^failed, but it is a SHOULD: received .*; expected Content-Type/);
    expect(should?.text).toContain('Expected  Content-Type: application/json');
  });

  it('fails a SHOULD with --strict', async () => {
    const suite = await carelessSuite({ ids: ['answer-content-type', 'answer-message-json'], strict: true });
    const root = read(junitCheck(suite));
    expect(root.attributes['failures']).toBe('1');
    expect(caseOf(root, 'answer-content-type')?.children[0]).toMatchObject({
      name: 'failure',
      attributes: { type: 'SHOULD' },
    });
    expect(caseOf(root, 'answer-message-json')?.children[0]?.name).toBe('skipped');
  });

  it('gives the reason of a skipped check as attribute and as text', async () => {
    const root = read(junitCheck(await carelessSuite({ ids: ['contact-read-back'] })));
    const reason = 'no --read-back address is given';
    expect(casesOf(root)[0]?.children).toMatchObject([
      { name: 'skipped', attributes: { message: reason }, text: reason },
    ]);
  });

  it('shows a failure when nothing answers: that of the contact check', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`);
    const root = read(junitCheck(suite));
    expectRightCounts(root);
    expect(root.attributes).toMatchObject({ tests: String(suite.results.length), failures: '1', errors: '0' });
    expect(caseOf(root, 'contact-answers')?.children[0]?.name).toBe('failure');
    expect(caseOf(root, 'answer-json')?.children[0]?.name).toBe('skipped');
  });

  it('shows an error when nothing answers and only a SHOULD was asked', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`, { ids: ['answer-latency'] });
    expect(suite.verdict).toBe('unreachable');
    const root = read(junitCheck(suite));
    expectRightCounts(root);
    expect(root.attributes).toMatchObject({ failures: '0', errors: '1' });
    expect(casesOf(root).at(-1)?.children[0]).toMatchObject({ name: 'error', attributes: { type: 'unreachable' } });
  });

  it('is valid and reads back whatever was answered', () => {
    fc.assert(
      fc.property(hostileSuite, (suite: ShownSuite) => {
        const root = read(junitCheck(suite));
        expectRightCounts(root);
        const replaced = (text: string): string => text.replace(/[\ufffe\uffff]/g, '\ufffd');
        const expected = suite.results.map((result) => {
          if (result.outcome === 'passed') return [];
          const reason = printable(result.reason ?? '');
          if (result.outcome === 'skipped') return [replaced(reason), replaced(reason)];
          return [expect.stringContaining(replaced(failureSentence(result))), replaced(failureText(result))];
        });
        const found = casesOf(root)
          .slice(0, suite.results.length)
          .map(({ children }) => children.flatMap(({ attributes, text }) => [attributes['message'], text]));
        expect(found).toEqual(expected);
        const looksBad = root.attributes['failures'] !== '0' || root.attributes['errors'] !== '0';
        const isBad = suite.results.some(
          ({ outcome, level }) => outcome === 'failed' && (level === 'MUST' || (suite.strict && level === 'SHOULD')),
        );
        const isCut = suite.stopped !== undefined || ['unreachable', 'interrupted'].includes(suite.verdict);
        expect(looksBad).toBe(isBad || isCut);
      }),
    );
  });
});
