import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { type RunningServe, startServe } from '../helpers/cli.ts';
import { linesByFile } from '../helpers/disk.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { canMount } from '../helpers/needs.ts';
import { smallDisk } from '../helpers/smallDisk.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { recordsOf, upTo } from '../journal/contract.ts';

/** Quiet, so that the load does not go through a pipe to the test, too. */
const serveOn = (folder: string): Promise<RunningServe> => startServe(['--quiet', '--log-dir', folder]);

const leadUrl = (url: string, parameters: Record<string, string>): string =>
  `${url}?${new URLSearchParams({ action: 'lead', ...parameters }).toString()}`;

/** Ids of the leads that stand in the journal with an ok, read without the journal's own code. */
async function recordedIds(folder: string): Promise<Set<string>> {
  const records = Object.values(await linesByFile(folder))
    .flat()
    .map((line) => JSON.parse(line) as JournalRecord);
  return new Set(records.flatMap(({ answer, parameters }) => (answer?.status === 200 ? (parameters['id'] ?? []) : [])));
}

/** The same through the journal, once the server is gone; fails at a line that cannot be read. */
async function idsByScan(folder: string): Promise<Set<string>> {
  const journal = await FolderJournal.open(folder, new Date().toISOString().slice(0, 10));
  try {
    return new Set((await recordsOf(journal)).map(({ parameters }) => parameters['id'] ?? ''));
  } finally {
    await journal.close();
  }
}

describe('kill -9 under load', () => {
  /** Several callers send leads as fast as they can, and at the given number of answers the server is killed. */
  async function killUnderLoad(serve: RunningServe, name: string, killAt: number): Promise<string[]> {
    const acknowledged: string[] = [];
    const callers = upTo(12).map(async (caller) => {
      const get = keepAliveCaller();
      for (let count = 1; ; count += 1) {
        const id = `${name}-${caller}-${count}`;
        const answer = await get(leadUrl(serve.url, { id, text: 'Заявка с сайта '.repeat(count % 40) })).catch(
          () => {},
        );
        if (!answer) return;
        expect(answer).toEqual({ status: 200, json: { status: 'ok', order_id: `order-${id}` } });
        acknowledged.push(id);
        if (acknowledged.length === killAt) process.kill(serve.pid, 'SIGKILL');
      }
    });
    await Promise.all(callers);
    expect(await serve.ended).toBeNull();
    return acknowledged;
  }

  it('loses no lead that was answered ok, and the next start mends the journal', async () => {
    const folder = await temporaryFolder();
    const acknowledged: string[] = [];
    for (const round of upTo(3)) {
      const serve = await serveOn(folder);
      const killAt = 300 + Math.floor(Math.random() * 200);
      acknowledged.push(...(await killUnderLoad(serve, `round${round}`, killAt)));

      const next = await serveOn(folder);
      const id = `after${round}`;
      expect(await keepAliveCaller()(leadUrl(next.url, { id }))).toMatchObject({ json: { status: 'ok' } });
      acknowledged.push(id);
      expect(await next.stop()).toBe(0);
      const recorded = await idsByScan(folder);
      expect(acknowledged.filter((each) => !recorded.has(each))).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThan(900);
  });
});

describe.runIf(canMount)('a full disk (needs root)', () => {
  it('is answered 503 and never ok; what was answered ok is recorded and nothing else; space heals it', async () => {
    const disk = await smallDisk(256);
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(128 * 1024));
    const folder = join(disk, 'roistat-log');
    const serve = await serveOn(folder);
    const accepted: string[] = [];
    const refused: string[] = [];
    /** Sends leads until one is refused. */
    const fill = async (name: string): Promise<void> => {
      const get = keepAliveCaller();
      for (const count of upTo(200)) {
        const id = `${name}-${count}`;
        const { status, json } = await get(leadUrl(serve.url, { id, text: 'x'.repeat(500 + ((count * 397) % 3000)) }));
        expect([status, json.status]).toEqual(status === 200 ? [200, 'ok'] : [503, 'error']);
        (status === 200 ? accepted : refused).push(id);
        if (status !== 200) return;
      }
      throw new Error('the disk was never full');
    };

    await Promise.all(upTo(4).map((caller) => fill(`full-${caller}`)));
    expect(accepted.length).toBeGreaterThan(10);
    expect(refused).toHaveLength(4);
    expect(await recordedIds(folder)).toEqual(new Set(accepted));
    const isFull = `${folder}: the disk is full (ENOSPC)`;
    const advice = 'Requests are answered 503 until it can be written again.';
    expect(serve.stderr().split('\n').slice(0, 2)).toEqual([isFull, advice]);

    await rm(ballast);
    const get = keepAliveCaller();
    for (const id of ['healed-1', 'healed-2']) {
      const answer = { status: 200, json: { status: 'ok', order_id: `order-${id}` } };
      expect(await get(leadUrl(serve.url, { id }))).toEqual(answer);
      accepted.push(id);
    }
    // And full again, over the mended end of the file.
    await Promise.all(upTo(4).map((caller) => fill(`again-${caller}`)));
    expect(await serve.stop()).toBe(0);
    expect(await recordedIds(folder)).toEqual(new Set(accepted));
    expect(await idsByScan(folder)).toEqual(new Set(accepted));
    const known = new Set([isFull, advice, 'The journal can be written again.', '']);
    expect(new Set(serve.stderr().split('\n'))).toEqual(known);
  });
});

describe('a journal folder that is removed while the server runs', () => {
  it('is answered 503 and never ok, and once it is back, leads are recorded again', async () => {
    const folder = join(await temporaryFolder(), 'roistat-log');
    const serve = await serveOn(folder);
    const get = keepAliveCaller();
    expect(await get(leadUrl(serve.url, { id: '1' }))).toMatchObject({ status: 200, json: { status: 'ok' } });
    await rm(folder, { recursive: true });
    for (const id of ['2', '3']) {
      const answer = await get(leadUrl(serve.url, { id }));
      expect(answer).toMatchObject({ status: 503, json: { status: 'error' } });
      expect(answer.json).not.toHaveProperty('order_id');
    }
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    await mkdir(folder);
    expect(await get(leadUrl(serve.url, { id: '4' }))).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await recordedIds(folder)).toEqual(new Set(['4']));
    expect(await serve.stop()).toBe(0);
    expect(serve.stderr()).toBe(
      `${folder}: the journal folder is gone (ENOENT)\n` +
        'Requests are answered 503 until it can be written again.\nThe journal can be written again.\n',
    );
  });
});

describe('the same lead', () => {
  it('gets the same order_id from two servers on one folder and after a restart, and is recorded each time', async () => {
    const folder = await temporaryFolder();
    const leads: Array<Record<string, string>> = [
      { id: '90' },
      { id: 'лид №7' },
      { phone: '+79990001122', title: 'Звонок' },
    ];
    const orderIds = async ({ url }: RunningServe): Promise<unknown[]> => {
      const get = keepAliveCaller();
      const ids = [];
      for (const lead of leads) ids.push((await get(leadUrl(url, lead))).json.order_id);
      return ids;
    };
    const [one, two] = [await serveOn(folder), await serveOn(folder)];
    const [first, second] = await Promise.all([orderIds(one), orderIds(two)]);
    expect(first).toEqual(['order-90', expect.stringMatching(/^order-\w+$/), expect.stringMatching(/^order-\w+$/)]);
    expect(new Set(first).size).toBe(3);
    expect(second).toEqual(first);
    await one.stop();
    const restarted = await serveOn(folder);
    expect(await orderIds(restarted)).toEqual(first);
    expect([await restarted.stop(), await two.stop()]).toEqual([0, 0]);
    expect(Object.values(await linesByFile(folder)).flat()).toHaveLength(9);
  });
});
