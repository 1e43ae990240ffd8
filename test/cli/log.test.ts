import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { OutputClosedError } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { fakeEnvironment } from '../helpers/environment.ts';
import { journalLines } from '../helpers/journals.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

/** Runs `log` over many records; `wrote` is told of each write, and the output waits for `flushed`. */
async function logMany(signal: AbortSignal, wrote: () => void, flushed: () => Promise<void>) {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'all.jsonl'), journalLines(...upTo(2000).map(() => ({}))));
  const environment = fakeEnvironment(['log', 'all.jsonl', '--json'], { cwd, signal });
  const stdout = {
    ...environment.stdout,
    write: (text: string | Uint8Array) => {
      environment.stdout.write(text);
      wrote();
    },
    flushed,
  };
  const code = await run({ ...environment, stdout });
  return { code, length: environment.stdout.text().length, stderr: environment.stderr.text() };
}

/** Texts of each length in UTF-8, and as long as what is written at a time, or nearly. */
const texts = ['e', 'и', '€', '🙂'].flatMap((character) =>
  [1, 1000, 32_000, 65_000, 65_536, 200_000].map((count) => character.repeat(count)),
);

const nothing = async (): Promise<void> => {};

describe('log and its output', () => {
  it('waits until what it wrote is on its way before it writes more', async () => {
    let waiting = 0;
    let most = 0;
    const wrote = (): void => {
      waiting += 1;
      most = Math.max(most, waiting);
    };
    const flushed = async (): Promise<void> => {
      await new Promise(setImmediate);
      waiting = 0;
    };
    const { length } = await logMany(new AbortController().signal, wrote, flushed);
    expect(length).toBeGreaterThan(500_000);
    expect(most).toBe(1);
  });

  it('writes each character as it is, in texts of any length', async () => {
    const cwd = await temporaryFolder();
    const lines = journalLines(...texts.map((text) => ({ parameters: { text } })));
    await writeFile(join(cwd, 'all.jsonl'), lines);
    const environment = fakeEnvironment(['log', 'all.jsonl', '--json'], { cwd });
    expect(await run(environment)).toBe(0);
    expect(environment.stdout.text() === lines).toBe(true);
  });

  it.each([
    [new OutputClosedError('gone'), 0],
    [undefined, 130],
  ])('reads no further once it is to stop: %s', async (reason, expected) => {
    const stop = new AbortController();
    const { code, length, stderr } = await logMany(stop.signal, () => stop.abort(reason), nothing);
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    expect(length).toBeLessThan(100_000);
  });
});
