import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../src/journal/line.ts';
import { emptyCredentialsToken } from '../../src/protocol/publicTokens.ts';
import { startServe } from '../helpers/cli.ts';
import { hasJq } from '../helpers/needs.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { installedPath, typeLine } from '../helpers/shell.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const blocks = Array.from(readme.matchAll(/^```sh\n([^]*?)^```$/gm), ([, block = '']) => block);
const lines = blocks.flatMap((block) => block.trimEnd().split('\n'));

/** What a line of README promises to print, and its exit code. */
const promises: Record<string, { readonly prints: RegExp; readonly code?: number }> = {
  'roistat-hook serve': { prints: /listens on http/ },
  'roistat-hook send-lead --phone +79990001122': { prints: /✓ accepted, order_id order-\d+/ },
  'roistat-hook serve --forward http://127.0.0.1:8000/webhook.php': { prints: /Forward +http:\/\/127/ },
  'roistat-hook log --where phone~0001122': { prints: /lead \d+ +200 +\+7999\*\*\*22 / },
  'roistat-hook replay --where phone~0001122 --url http://127.0.0.1:8000/webhook.php': {
    prints: /1 accepted/,
  },
  'roistat-hook serve --fault http-500:30% --fault slow=5s:10% --seed 7': { prints: /--seed 7 repeats this run/ },
  'roistat-hook log -f --action lead': { prints: /lead \d+ +200/ },
  'roistat-hook log --since today --verdict rejected': { prints: /rejected/ },
  'roistat-hook log old.jsonl.gz --order order-90': { prints: /lead 90 .*→ order-90/ },
  'roistat-hook log --since 2026-11-01 --excel --show-pii > leads.csv': { prints: /^$/ },
  'zcat old/*.gz | roistat-hook log - --summary': { prints: /By verdict/ },
  'ROISTAT_HOOK_PASSWORD=secret roistat-hook replay --since 1h --verdict rejected --user demouser --diff --url http://127.0.0.1:8000/webhook.php':
    {
      prints: /requests in .*, \d+ rejected/,
      code: 1,
    },
  'roistat-hook replay old.jsonl.gz --set phone= email= --rate 10/s': { prints: /1 accepted/ },
  'roistat-hook log --json --action lead | roistat-hook replay - --dry-run': { prints: /action=lead/ },
  'roistat-hook check http://127.0.0.1:8000/webhook.php': { prints: /✓ passed: 43 passed, 9 skipped; \d+ requests/ },
  'roistat-hook example php > webhook.php': { prints: /^$/ },
  'roistat-hook check http://127.0.0.1:8000/webhook.php --only text idempotency': {
    prints: /✓ passed: 13 passed; \d+ requests/,
  },
  'roistat-hook check http://127.0.0.1:8000/webhook.php --strict --report-junit reports/webhook.xml': {
    prints: /✓ passed/,
  },
  'roistat-hook check --list': { prints: /^contact\n/ },
  'roistat-hook wait --action lead --where phone=+79990001122': { prints: /✓ 1 lead in roistat-log/ },
  'roistat-hook config': { prints: /^Settings file: none; it would be roistat-hook\.config\.json/ },
  'roistat-hook send-lead --url http://127.0.0.1:8000/webhook.php --with-message': {
    prints: /✓ accepted[^]*✓ accepted/,
  },
  'roistat-hook token demouser secret': { prints: /^[0-9a-f]{32}\n$/ },
  'roistat-hook token demouser secret --verify 9e91eb1b5a406399da5608bf15d24ff8': {
    prints: /It is md5\(password \+ user\): the order is reversed\./,
    code: 1,
  },
  'roistat-hook serve --port 0 --exit-after 1 --json': { prints: /^\{"type":"ready","url":"http:\/\/127/ },
  'ROISTAT_HOOK_PASSWORD=secret roistat-hook serve --user demouser': {
    prints: /tokens are checked for the login "demouser"/,
  },
  'roistat-hook send-lead --source jivosite --name Иван --email ivan@mail.ru --page http://site.ru/': {
    prints: /JivoSite Lead[^]*✓ accepted/,
  },
  'roistat-hook send-lead --data marker=seo 640163=test --field manager_id=8083396 --dry-run': {
    prints: /^http:\S+&manager_id=8083396\n$/,
  },
  "roistat-hook send-message --lead-id order-90 --text 'Иван: Здравствуйте'": { prints: /✓ accepted/ },
  'roistat-hook send-lead --count 1000 --concurrency 20': { prints: /1000 leads/ },
  'roistat-hook send-lead --duration 2s --rate 50/s --json': { prints: /"rejected": ?0/ },
  'printf %s secret | roistat-hook token demouser --password-stdin': { prints: /^[0-9a-f]{32}\n$/ },
};

const isJq = (line: string): boolean => line.startsWith('jq ');

/** A packed file with one lead. */
async function writePacked(path: string): Promise<void> {
  const target = `/?user=&token=${emptyCredentialsToken}&action=lead&id=90&phone=%2B79990001122`;
  await writeFile(path, gzipSync(encodeLine(sampleRecord({ target }))));
}

describe('the commands of README', () => {
  it('are all in this test, and this test has no others', () => {
    expect(lines.filter((line) => !isJq(line)).toSorted()).toEqual(
      [...Object.keys(promises), 'roistat-hook token demouser secret'].toSorted(),
    );
  });

  it('do what README says, typed one after another', async () => {
    const cwd = await temporaryFolder();
    const server = await startServe([], { cwd });
    await writePacked(join(cwd, 'old.jsonl.gz'));
    await mkdir(join(cwd, 'old'));
    await writePacked(join(cwd, 'old', '2026-11-01.jsonl.gz'));
    // The ports of README may be taken on this machine: the sender's address and the server's port come from outside.
    const env = { PATH: await installedPath(), LANG: 'C.UTF-8', ROISTAT_HOOK_URL: server.url, ROISTAT_HOOK_PORT: '0' };
    for (const line of lines.filter((other) => !isJq(other))) {
      const { prints, code = 0 } = promises[line] ?? { prints: /^$/ };
      const typed = typeLine(line.replace('http://127.0.0.1:8000/', server.url), cwd, env);
      await typed.waitFor(prints);
      const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(typed.stdout()) ?? [];
      if (line.includes('--exit-after 1')) await fetch(url ?? '');
      // The signal goes to the shell, too, and ends it: what serve itself ends with is tested elsewhere.
      const goesOn = / serve(?!.*--exit-after)| log -f/.test(line);
      const ended = goesOn ? typed.stop('SIGINT') : typed.ended;
      expect({ line, code: await ended }).toEqual({ line, code: goesOn ? null : code });
    }
    expect(await server.stop()).toBe(0);
  });
});

describe.runIf(hasJq)('the journal of README (needs jq)', () => {
  it('is read with jq as README says', async () => {
    const cwd = await temporaryFolder();
    const server = await startServe(['--exit-after', '1'], { cwd });
    await fetch(`${server.url}?action=lead&id=90&phone=%2B79990001122`);
    await server.ended;
    const jqLines = lines.filter(isJq);
    expect(jqLines).toHaveLength(1);
    const typed = typeLine(jqLines[0] ?? '', cwd, { PATH: process.env['PATH'] ?? '' });
    expect(await typed.ended).toBe(0);
    expect(typed.stdout()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z\t\+79990001122\torder-90\n$/);
  });
});
