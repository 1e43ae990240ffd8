import fc from 'fast-check';
import { XmlDocument, XmlElement, XmlText } from 'libxml2-wasm';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { markdownCheck } from '../../../src/report/check/markdownCheck.ts';
import { type ShownSuite } from '../../../src/report/check/shownSuite.ts';
import { carelessSuite, checkHandler, hostileSuite } from '../../helpers/suites.ts';
import { freePort } from '../../helpers/tcpServer.ts';

/** GitHub Flavored Markdown to HTML, raw HTML let through: what it holds is what a page would show. */
function render(markdown: string): string {
  return micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
}

interface Page {
  /** Names of all elements. */
  readonly elements: ReadonlySet<string>;
  /** Texts of <code> elements. */
  readonly code: readonly string[];
  /** All text that stands outside of code. */
  readonly prose: string;
}

/** Reads a rendered page; strict, so that a tag which does not close throws. */
function read(markdown: string): Page {
  const elements = new Set<string>();
  const code: string[] = [];
  let prose = '';
  const visit = (element: XmlElement): void => {
    elements.add(element.name);
    if (element.name === 'code') code.push(element.content);
    else {
      for (let node = element.firstChild; node; node = node.next) {
        if (node instanceof XmlElement) visit(node);
        else if (node instanceof XmlText) prose += node.content;
      }
    }
  };
  const html = render(markdown).replace(/[\ufffe\uffff]/g, '');
  const document = XmlDocument.fromString(`<page>${html}</page>`);
  visit(document.root);
  document.dispose();
  return { elements, code, prose };
}

const allowed = 'page h2 h3 p strong code pre details summary ul li table thead tbody tr th td'.split(' ');

/** Sizes in bytes: GitHub's limit is 1 MiB for all that the steps of a job say. */
const wellBelowTheLimit = 384 * 1024;

describe('the Markdown report', () => {
  it('says first how the run ended, and what failed', async () => {
    const suite = await carelessSuite();
    const markdown = markdownCheck(suite);
    const { counts, plan } = suite;
    expect(markdown).toMatch(/^## ❌ Webhook check: failed\n/);
    expect(markdown).toContain(`\`${plan.url}\``);
    expect(markdown).toContain(`A right handler creates ${plan.leads} leads from them, marked \`check 0badcafe\`.`);
    expect(markdown).toContain(
      `\n| ${counts.passed} | ${counts.must} | ${counts.should} | ${counts.may} | ${counts.skipped} |\n`,
    );
    const rows = [...markdown.matchAll(/^\| `([\w-]+)` \| (MUST|SHOULD|MAY) /gm)];
    expect(rows).toHaveLength(counts.must + counts.should + counts.may);
    const levels = rows.map(([, , level = '']) => ['MUST', 'SHOULD', 'MAY'].indexOf(level));
    expect(levels).toEqual(levels.toSorted((one, other) => one - other));
    const { elements, code } = read(markdown);
    expect([...elements].filter((name) => !allowed.includes(name))).toEqual([]);
    for (const { id, outcome } of suite.results) expect(code.includes(id), `${id} ${outcome}`).toBe(true);
  });

  it('has what was sent, expected and received, and how to see it again', async () => {
    const suite = await carelessSuite({ ids: ['contact-answers', 'auth-separated'] });
    const { code, prose } = read(markdownCheck(suite));
    const result = suite.results[1];
    for (const finding of result?.findings.slice(0, 3) ?? []) {
      expect(code).toContain(`${finding.reproduction.join('\n')}\n`);
      expect(code.join('')).toContain(`Received  ${finding.received}\n`);
    }
    expect(prose).toContain('And 3 findings more');
    expect(code).toContain(`${result?.alone}\n`);
  });

  it('says that it passed, and what was skipped for which reason', async () => {
    const suite = await carelessSuite({ ids: ['contact-answers', 'contact-read-back'] });
    const markdown = markdownCheck(suite);
    expect(markdown).toMatch(/^## ✅ Webhook check: passed\n/);
    expect(markdown).not.toContain('### Failed');
    expect(markdown).toContain('\n- `no --read-back address is given`: `contact-read-back`\n');
    expect(markdown).toContain('<summary>1 passed</summary>');
  });

  it('says why a run stopped early', async () => {
    const suite = await checkHandler(`http://127.0.0.1:${await freePort()}/`);
    const markdown = markdownCheck(suite);
    expect(markdown).toMatch(/^## ❌ Webhook check: unreachable\n/);
    expect(markdown).toContain('\n**Why:** `');
  });

  it('lets no markup, link or mention of others through, and closes what it opens', () => {
    fc.assert(
      fc.property(hostileSuite, (suite) => {
        const { elements, prose } = read(markdownCheck(suite));
        expect([...elements].filter((name) => !allowed.includes(name))).toEqual([]);
        expect(prose).not.toMatch(/evil|@admin|alert|&lt;|CDATA/);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every cell of a table in its column', () => {
    fc.assert(
      fc.property(hostileSuite, (suite) => {
        const failed = suite.results.filter(({ outcome }) => outcome === 'failed').length;
        const html = render(markdownCheck(suite));
        const cells = [...html.matchAll(/<td>(.*?)<\/td>/gs)];
        expect(cells).toHaveLength(failed * 3);
        const codes = cells.filter((_, index) => index % 3 !== 1).map(([, cell = '']) => cell);
        expect(codes.filter((cell) => !/^<code>[^<]*<\/code>$/.test(cell))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('stays small however much is answered', async () => {
    const suite = await carelessSuite();
    const [failed] = suite.results.filter(({ outcome }) => outcome === 'failed');
    const [finding] = failed?.findings ?? [];
    if (!failed || !finding) throw new Error('nothing failed');
    for (const flood of ['€'.repeat(1e6), '`'.repeat(1e6), '\n'.repeat(1e6), '\u202e'.repeat(1e6), 'x |'.repeat(3e5)]) {
      const findings = Array.from({ length: 20 }, () => ({ ...finding, received: flood, reproduction: [flood] }));
      const stopped = flood;
      const results: ShownSuite['results'] = Array.from({ length: 100 }, (_, index) =>
        index % 2 === 0 ? { ...failed, findings } : { ...failed, outcome: 'skipped', reason: `${index}${flood}` },
      );
      const markdown = markdownCheck({
        ...suite,
        results,
        stopped,
        plan: { ...suite.plan, marker: flood, url: flood },
      });
      expect(Buffer.byteLength(markdown)).toBeLessThan(wellBelowTheLimit);
      expect(read(markdown).prose).toContain('see --report-json');
    }
  });
});
