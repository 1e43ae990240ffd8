import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { damagedFile, plainLines } from '../helpers/damagedJournal.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { fuzzRuns, fuzzTime } from '../helpers/fuzz.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** What no terminal may get from a file: controls but for line ends, direction marks, separators that hide text. */
const harmful = /(?![\n\r])[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

const readings = [
  ['log', 'any.jsonl', '-n', 'all'],
  ['log', 'any.jsonl', '-n', 'all', '--columns', 'time,phone,name,data.page,problems,query.status'],
  ['log', 'any.jsonl', '--csv'],
  ['log', 'any.jsonl', '--summary'],
  ['replay', 'any.jsonl', '--dry-run', '--token', 'x'],
];

it(
  'log gives every whole record of a damaged file and counts every other line; none of its kinds fails, nor does replay',
  async () => {
    const cwd = await temporaryFolder();
    const call = async (argv: readonly string[]) => {
      const environment = fakeEnvironment(argv, { cwd });
      const code = await run(environment);
      return { code, stdout: environment.stdout.text(), stderr: environment.stderr.text() };
    };
    await fc.assert(
      fc.asyncProperty(damagedFile, fc.constantFrom(...readings), async (file, reading) => {
        await writeFile(join(cwd, 'any.jsonl'), file);
        const lines = plainLines(file);
        const records = lines.flatMap(({ record }) => (record ? [record] : []));
        const json = await call(['log', 'any.jsonl', '--json']);
        expect(json.code).toBe(0);
        const printed = json.stdout.split('\n').slice(0, -1);
        const read = printed.map((line): unknown => JSON.parse(line));
        expect(isDeepStrictEqual(read, records)).toBe(true);
        const unreadable = lines.length - records.length;
        expect(Number(/(\d+) lines? cannot be read/.exec(json.stderr)?.[1] ?? 0)).toBe(unreadable);
        const other = await call(reading);
        // A replay of nothing, or of what cannot be sent again, says so.
        const mayFail = reading[0] === 'replay' ? [0, 1, 2] : [0];
        expect(mayFail).toContain(other.code);
        expect(other.stdout).not.toMatch(harmful);
        expect(other.stderr).not.toMatch(harmful);
      }),
      fuzzRuns(100),
    );
  },
  fuzzTime(60_000),
);
