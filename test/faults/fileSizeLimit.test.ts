import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type JournalRecord } from '../../src/journal/record.ts';
import { binary, follow, type RunningProgram } from '../helpers/cli.ts';
import { linesByFile } from '../helpers/disk.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { hasBash } from '../helpers/needs.ts';
import { readyUrl } from '../helpers/strace.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { upTo } from '../journal/contract.ts';

/** Starts `serve` where no file of the process may be longer than so many KiB. */
function startLimited(folder: string, kibibytes: number): RunningProgram {
  const args = ['serve', '--quiet', '--json', '--port', '0', '--no-inspect', '--log-dir', folder];
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(
    'bash',
    ['-c', `ulimit -f ${kibibytes} && exec "$@"`, 'bash', process.execPath, binary, ...args],
    { env: { PATH, HOME, LANG: 'C.UTF-8', TZ: 'UTC' }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.end();
  return follow(child);
}

/** Sends leads one after the other; gives the status of each answer. */
async function send(
  url: string,
  leads: ReadonlyArray<{ readonly id: string; readonly text?: string }>,
): Promise<number[]> {
  const get = keepAliveCaller();
  const statuses: number[] = [];
  for (const lead of leads) {
    statuses.push((await get(`${url}?${new URLSearchParams({ action: 'lead', ...lead }).toString()}`)).status);
  }
  return statuses;
}

/** The ids in each file, in the order of the parts; fails at a line that is no record, and at a file that is too long. */
async function parts(folder: string, kibibytes: number): Promise<string[][]> {
  const files = Object.entries(await linesByFile(folder)).toSorted(([a], [b]) => partOf(a) - partOf(b));
  return files.map(([, lines]) => {
    expect(Buffer.byteLength(lines.map((line) => `${line}\n`).join(''))).toBeLessThanOrEqual(kibibytes * 1024);
    return lines.map((line) => (JSON.parse(line) as JournalRecord).parameters['id'] ?? '');
  });
}

const partOf = (name: string): number => Number(/\.(\d+)\.jsonl/.exec(name)?.[1] ?? 0);

const ids = (count: number): string[] => upTo(count).map(String);
const advice = 'Requests are answered 503 until it can be written again.\n';

describe.runIf(hasBash)('a limit on the size of files (needs bash)', () => {
  it('is taken as the end of a part: everything is acknowledged and there, also after a start', async () => {
    const folder = await temporaryFolder();
    const all: string[] = [];
    for (const round of ['a', 'b']) {
      const serve = startLimited(folder, 4);
      const leads = upTo(30).map((number) => ({ id: `${round}${number}` }));
      expect(new Set(await send(await readyUrl(serve), leads))).toEqual(new Set([200]));
      expect(await serve.stop()).toBe(0);
      expect(serve.stderr()).toBe('');
      all.push(...leads.map(({ id }) => id));
    }
    const files = await parts(folder, 4);
    expect(files.length).toBeGreaterThan(5);
    expect(files.flat()).toEqual(all);
    // Each but the last is full: none is begun for less than the one before could take.
    for (const file of files.slice(0, -1)) expect(file.length).toBeGreaterThan(2);
  });

  it('that a lead does not fit into makes no new part, however often it comes', async () => {
    const folder = await temporaryFolder();
    const serve = startLimited(folder, 4);
    const leads = ids(20).flatMap((id) => [{ id }, { id: `${id}-long`, text: 'x'.repeat(5000) }]);
    const statuses = await send(await readyUrl(serve), leads);
    expect(statuses).toEqual(leads.map(({ id }) => (id.endsWith('long') ? 503 : 200)));
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toContain(`${folder}: a file may not grow any larger (EFBIG)\n${advice}`);
    const files = await parts(folder, 4);
    expect(files.flat()).toEqual(ids(20));
    for (const file of files.slice(0, -1)) expect(file.length).toBeGreaterThan(2);
  });

  it('of nothing: all leads are refused, it is told once, and no file is left', async () => {
    const folder = await temporaryFolder();
    const serve = startLimited(folder, 0);
    const statuses = await send(
      await readyUrl(serve),
      ids(10).map((id) => ({ id })),
    );
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toBe(`${folder}: a file may not grow any larger (EFBIG)\n${advice}`);
    expect(await linesByFile(folder)).toEqual({});
  });
});
