import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Check } from '../src/conformance/check.ts';
import { checkGroups } from '../src/conformance/checks.ts';
import { recordSchema } from '../src/journal/record.ts';
import { answerProblems } from '../src/protocol/answerProblems.ts';
import { type CatalogueEntry } from '../src/protocol/catalogueEntry.ts';
import { connectionProblems } from '../src/protocol/connectionProblems.ts';
import { leadSchema, messageSchema } from '../src/protocol/fields.ts';
import { problemCatalogue } from '../src/protocol/problems.ts';
import { requestProblems } from '../src/protocol/requestProblems.ts';

/** These pages are made of the code. `npm run docs` writes them anew; in CI a page that is behind fails here. */

function problemSection(title: string, problems: Readonly<Record<string, CatalogueEntry>>): string[] {
  const entries = Object.entries(problems).map(
    ([code, { severity, means, hint }]) => `### ${code}\n\n**${severity}** · ${means}\n\n${hint}\n`,
  );
  return [`## ${title}\n`, ...entries];
}

function parameterTable(schema: typeof leadSchema | typeof messageSchema): string[] {
  const rows = Object.entries(schema.shape).map(([name, field]) => {
    const { description = '', example } = (field as z.ZodType).meta() as { description?: string; example?: string };
    return `| \`${name}\` | ${description} | ${example ? `\`${example}\`` : ''} |`;
  });
  return ['| parameter | meaning | example |', '|---|---|---|', ...rows, ''];
}

function checkSection(group: string, members: Readonly<Record<string, Check>>): string[] {
  const entries = Object.entries(members).map(([id, { title, sends, means, mend }]) =>
    [`### ${id}\n`, `**${title}**\n`, `Sends: ${sends}\n`, `Failing: ${means}\n`, `Fix: ${mend}\n`].join('\n'),
  );
  return [`## ${group}\n`, ...entries];
}

const generated = 'This page is made of the source code by `npm run docs`.\n';

describe('the pages in docs that are made of the code are up to date', () => {
  it('docs/problems.md', async () => {
    const page = [
      '# Problems\n',
      generated,
      'An `error` refuses, a `warning` is odd but usable, an `info` is a remark. Codes are permanent.\n',
      ...problemSection('The answer of a handler', answerProblems),
      ...problemSection('No answer at all', connectionProblems),
      ...problemSection('A request', requestProblems),
    ];
    await expect(page.join('\n')).toMatchFileSnapshot('../docs/problems.md');
  });

  it('docs/parameters.md', async () => {
    const page = [
      '# Parameters\n',
      generated,
      'In the order of the wire. Unknown parameters are kept, recorded and ignored.\n',
      '## action=lead\n',
      ...parameterTable(leadSchema),
      '## action=message\n',
      ...parameterTable(messageSchema),
    ];
    await expect(page.join('\n')).toMatchFileSnapshot('../docs/parameters.md');
  });

  it('docs/checks.md', async () => {
    const page = [
      '# Checks\n',
      generated,
      'What `roistat-hook check` asks of a handler. A failed MUST fails the run (exit code 1); a failed SHOULD warns, and',
      'fails the run with `--strict`; a failed MAY is a remark. Ids are permanent: `--only ID` and `--skip ID` take them,',
      'and the names of the groups, too.\n',
      ...Object.entries(checkGroups).flatMap(([group, members]) => checkSection(group, members)),
    ];
    await expect(page.join('\n')).toMatchFileSnapshot('../docs/checks.md');
  });

  it('docs/journal.schema.json', async () => {
    const schema = z.toJSONSchema(recordSchema, { io: 'input' });
    const page = { title: 'One line of the journal of roistat-hook', ...schema };
    await expect(`${JSON.stringify(page, null, 2)}\n`).toMatchFileSnapshot('../docs/journal.schema.json');
  });
});

describe('the catalogue of problems', () => {
  it('has no code in two of its parts', () => {
    const parts = [answerProblems, connectionProblems, requestProblems].flatMap((part) => Object.keys(part));
    expect(parts).toHaveLength(Object.keys(problemCatalogue).length);
  });

  it('is written in whole sentences', () => {
    for (const { means, hint } of Object.values(problemCatalogue)) {
      expect(means).toMatch(/\S.*\.$/);
      expect(hint).toMatch(/\S.*\.$/);
    }
  });

  it('keeps its codes: other programs and old journals refer to them', () => {
    expect(Object.keys(problemCatalogue).toSorted().join('\n')).toMatchSnapshot();
  });
});
