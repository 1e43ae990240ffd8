import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type RunningProgram, startServe } from '../helpers/cli.ts';
import { linesByFile } from '../helpers/disk.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { hasStrace } from '../helpers/needs.ts';
import { sampleRecord } from '../helpers/samples.ts';
import { readyUrl, startInjected } from '../helpers/strace.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { recordsOf, upTo } from '../journal/contract.ts';

const timeout = 120_000;
const today = (): string => new Date().toISOString().slice(0, 10);

const idOf = ({ parameters }: JournalRecord): string => parameters['id'] ?? '';

/** Ids of the records in each file. */
async function idsByFile(folder: string): Promise<Record<string, string[]>> {
  const files = Object.entries(await linesByFile(folder));
  return Object.fromEntries(
    files.map(([name, lines]) => [name, lines.map((line) => idOf(JSON.parse(line) as JournalRecord))]),
  );
}

interface Sent {
  readonly ok: string[];
  readonly refused: string[];
}

/** Sends leads one after the other, until one gets no answer. Fails at an answer that is neither an ok nor a 503. */
async function send(url: string, count: number): Promise<Sent> {
  const get = keepAliveCaller();
  const sent: Sent = { ok: [], refused: [] };
  for (const number of upTo(count)) {
    const id = `лид-${number}`;
    const query = new URLSearchParams({ action: 'lead', id, text: 'Звонок' }).toString();
    const answer = await get(`${url}?${query}`).catch(() => {});
    if (!answer) return sent;
    const { status, json } = answer;
    expect([status, json.status, json.order_id !== undefined]).toEqual(
      status === 200 ? [200, 'ok', true] : [503, 'error', false],
    );
    (status === 200 ? sent.ok : sent.refused).push(id);
  }
  return sent;
}

/** What the operator reads: the reason once for each row of failures. */
function told(serve: RunningProgram, folder: string): string[] {
  return serve.stderr().replaceAll(`${folder}: `, '').split('\n').slice(0, -1);
}

const eio = 'the disk reports an input/output error (EIO)';
const advice = 'Requests are answered 503 until it can be written again.';
const again = 'The journal can be written again.';
const once = (reason: string): string[] => [reason, advice, again];

async function runWith(injections: readonly string[], leads = 6) {
  const folder = await temporaryFolder();
  const day = today();
  const serve = startInjected(folder, day, injections);
  const sent = await send(await readyUrl(serve), leads);
  await serve.stop();
  return {
    ...sent,
    lines: told(serve, folder),
    files: await idsByFile(folder),
    first: `${day}.jsonl`,
    second: `${day}.1.jsonl`,
  };
}

const ids = (...numbers: number[]): string[] => numbers.map((number) => `лид-${number}`);

describe.runIf(hasStrace)('a system call of the built server that fails (needs strace)', { timeout }, () => {
  it.each([
    ['EIO', eio],
    ['ENOSPC', 'the disk is full (ENOSPC)'],
    ['EDQUOT', 'the disk quota is used up (EDQUOT)'],
    ['EROFS', 'the disk is read-only (EROFS)'],
  ])(
    'every second write, %s: 503 for that one alone, the reason is told, and the file goes on',
    async (code, reason) => {
      const { ok, refused, lines, files, first } = await runWith([`write:error=${code}:when=2+2`]);
      expect({ ok, refused }).toEqual({ ok: ids(1, 3, 5), refused: ids(2, 4, 6) });
      expect(files).toEqual({ [first]: ids(1, 3, 5) });
      expect(lines).toEqual([...once(reason), ...once(reason), reason, advice]);
    },
  );

  it('a write, EFBIG: the next part takes it, and nothing is refused', async () => {
    const { ok, refused, lines, files, first, second } = await runWith(['write:error=EFBIG:when=3']);
    expect({ ok, refused, lines }).toEqual({ ok: ids(1, 2, 3, 4, 5, 6), refused: [], lines: [] });
    expect(files).toEqual({ [first]: ids(1, 2), [second]: ids(3, 4, 5, 6) });
  });

  it('each write, EFBIG: all are refused, it is told once, and no file is left', async () => {
    const { ok, refused, lines, files } = await runWith(['write:error=EFBIG']);
    expect({ ok, refused, files }).toEqual({ ok: [], refused: ids(1, 2, 3, 4, 5, 6), files: {} });
    expect(lines).toEqual(['a file may not grow any larger (EFBIG)', advice]);
  });

  it.each([
    ['EIO', eio],
    ['ENOSPC', 'the disk is full (ENOSPC)'],
  ])('fdatasync, %s: 503, and the file is not written again; the next part takes over', async (code, reason) => {
    const { ok, refused, lines, files, first, second } = await runWith([`fdatasync:error=${code}:when=3`]);
    expect({ ok, refused }).toEqual({ ok: ids(1, 2, 4, 5, 6), refused: ids(3) });
    expect(files).toEqual({ [first]: ids(1, 2), [second]: ids(4, 5, 6) });
    expect(lines).toEqual(once(reason));
  });

  it('fdatasync, always: nothing is answered ok, and it is told once', async () => {
    const { ok, refused, lines, files } = await runWith(['fdatasync:error=EIO']);
    expect({ ok, refused }).toEqual({ ok: [], refused: ids(1, 2, 3, 4, 5, 6) });
    expect(Object.values(files).flat()).toEqual([]);
    expect(lines).toEqual([eio, advice]);
  });

  it('fdatasync, and the cut that should take the lines out again: none that was answered ok is lost', async () => {
    const { ok, refused, files, first, second } = await runWith(['fdatasync:error=EIO:when=3', 'ftruncate:error=EIO']);
    expect({ ok, refused }).toEqual({ ok: ids(1, 2, 4, 5, 6), refused: ids(3) });
    // What was refused may stand there: it is whole, and its sender sends it again.
    expect(files).toEqual({ [first]: ids(1, 2, 3), [second]: ids(4, 5, 6) });
  });

  // At the start there are three: the folder's list, the file, and the folder for its sync. The fourth is the next part,
  // and the fifth the folder for the sync of that one.
  it.each([4, 5])('no descriptor left for the next part, at open %i: 503, and then it goes on there', async (nth) => {
    const { ok, refused, files, first, second } = await runWith([
      'fdatasync:error=EIO:when=2',
      `openat:error=EMFILE:when=${nth}`,
    ]);
    expect({ ok, refused }).toEqual({ ok: ids(1, 4, 5, 6), refused: ids(2, 3) });
    expect(files).toEqual({ [first]: ids(1), [second]: ids(4, 5, 6) });
  });

  it('fsync of the folder, for the name of the next part: 503 until it is durable', async () => {
    const { ok, refused, files, first, second } = await runWith([
      'fdatasync:error=EIO:when=2',
      'fsync:error=EIO:when=2+1',
    ]);
    expect({ ok, refused }).toEqual({ ok: ids(1), refused: ids(2, 3, 4, 5, 6) });
    expect(files).toEqual({ [first]: ids(1), ...(second in files ? { [second]: [] } : {}) });
  });

  it.each(['openat:error=EIO:when=1', 'openat:error=EIO:when=2', 'openat:error=EIO:when=3', 'fsync:error=EIO'])(
    'at the start, %s: exit code 3 and one sentence',
    async (injection) => {
      const folder = await temporaryFolder();
      const serve = startInjected(folder, today(), [injection]);
      expect(await serve.ended).toBe(3);
      expect(serve.stdout()).toBe('');
      expect(told(serve, folder)).toEqual([`error: ${eio}`, 'Choose a folder that can be written with --log-dir.']);
    },
  );
});

describe.runIf(hasStrace)('kill -9 before each system call that changes the disk (needs strace)', { timeout }, () => {
  const torn = '{"v":1,"run":"Заяв';

  /** Kills before the nth of these calls; false when there was no such call. */
  async function killAt(call: string, nth: number): Promise<boolean> {
    const folder = await temporaryFolder();
    const day = today();
    const file = join(folder, `${day}.jsonl`);
    const earlier = sampleRecord({ parameters: { id: 'earlier' } });
    await writeFile(file, encodeLine(earlier) + torn);

    const serve = startInjected(folder, day, [`${call}:signal=KILL:when=${nth}`]);
    const url = await readyUrl(serve).catch(() => {});
    const { ok, refused } = url === undefined ? { ok: [], refused: [] } : await send(url, 3);
    const survived = ok.length === 3;
    await (survived ? serve.stop() : serve.ended);
    expect(refused).toEqual([]);

    const journal = await FolderJournal.open(folder, day);
    const found = (await recordsOf(journal)).map(idOf);
    await journal.close();
    // What was on its way when the server was killed may be there, too; nothing else.
    const known = ['earlier', ...ok];
    expect([known, [...known, ...ids(ok.length + 1)]]).toContainEqual(found);
    expect(await readFile(`${file}.torn`, 'utf8')).toContain(torn);
    return !survived;
  }

  it.each([
    ['openat', 4],
    ['write', 4],
    ['fdatasync', 5],
    ['ftruncate', 1],
    ['fsync', 1],
  ])(
    '%s, at each of %i: no record that was answered ok is lost, and what was torn is set aside',
    async (call, times) => {
      let nth = 1;
      while (await killAt(call, nth)) nth += 1;
      // As many as the start, the mending and three leads take; fewer would mean that strace does not see them.
      expect(nth - 1).toBe(times);
    },
  );

  it('when an empty file is removed at the end: the next start goes on in it', async () => {
    const folder = await temporaryFolder();
    const day = today();
    const serve = startInjected(folder, day, ['unlink:signal=KILL:when=1']);
    await readyUrl(serve);
    expect(await serve.stop()).not.toBe(0);
    expect(await idsByFile(folder)).toEqual({ [`${day}.jsonl`]: [] });
    const next = await startServe(['--quiet', '--no-inspect', '--log-dir', folder]);
    await send(next.url, 1);
    expect(await next.stop()).toBe(0);
    expect(await idsByFile(folder)).toEqual({ [`${day}.jsonl`]: ids(1) });
  });
});
