import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeLine } from '../../src/journal/line.ts';
import { runCli } from '../helpers/cli.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Says at the end what was loaded: files of the program, and modules of Node. */
const spy = `process.on('exit', () => {
  const files = Object.keys(require.cache).map((path) => path.replace(/.*[\\\\/]|-[^-]*$/g, ''));
  process.stderr.write(JSON.stringify([...files, ...process.moduleLoadList]));
});`;

/** What a \`log\` of these records loads. */
async function loadedBy(...records: Array<Parameters<typeof sampleRecord>[0]>): Promise<string[]> {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, 'roistat-log'));
  await writeFile(
    join(cwd, 'roistat-log/2026-11-22.jsonl'),
    records.map((record) => encodeLine(sampleRecord(record))),
  );
  await writeFile(join(cwd, 'spy.cjs'), spy);
  const { code, stdout, stderr } = await runCli(['log'], { cwd, env: { NODE_OPTIONS: '--require ./spy.cjs' } });
  expect({ code, lines: stdout.split('\n').length }).toEqual({ code: 0, lines: records.length + 2 });
  return JSON.parse(stderr) as string[];
}

it('a log of usual records loads neither the schema nor what the network needs', async () => {
  const loaded = await loadedBy({ seq: 1 }, { seq: 2 });
  expect(loaded).toContain('main.cjs');
  expect(loaded).not.toContain('checkRecord');
  for (const name of ['http', 'crypto', '_http_client', 'tls']) expect(loaded).not.toContain(`NativeModule ${name}`);
});

it('a log of an unusual record loads the schema, once it is read', async () => {
  const body = { bytes: 1, encoding: 'utf8', data: 'a', truncated: false } as const;
  expect(await loadedBy({ seq: 1 }, { seq: 2, body }, { seq: 3, body })).toContain('checkRecord');
});
