import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FolderJournal } from '../../src/journal/folderJournal.ts';
import { type RunningServe, startProgram, startServe } from '../helpers/cli.ts';
import { rounds } from '../helpers/faultRounds.ts';
import { keepAliveCaller } from '../helpers/get.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { recordsOf, upTo } from '../journal/contract.ts';

const options = (folder: string): string[] => ['--quiet', '--log-dir', folder];
const serveOn = (folder: string): Promise<RunningServe> => startServe(options(folder));

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Several callers send leads until they get no answer; resolves with what was answered ok. */
async function callUntilDead(url: string, name: string, random: () => number, enough = Infinity): Promise<string[]> {
  const acknowledged: string[] = [];
  const callers = upTo(8).map(async (caller) => {
    const get = keepAliveCaller();
    for (let count = 1; acknowledged.length < enough; count += 1) {
      const id = `${name}-${caller}-${count}`;
      const text = 'Заявка с сайта '.repeat(Math.floor(random() * 60));
      const query = new URLSearchParams({ action: 'lead', id, text }).toString();
      const answer = await get(`${url}?${query}`).catch(() => {});
      if (!answer) return;
      expect(answer).toEqual({ status: 200, json: { status: 'ok', order_id: `order-${id}` } });
      acknowledged.push(id);
    }
  });
  await Promise.all(callers);
  return acknowledged;
}

/** Ids in the journal; fails at a line that cannot be read, after this mended it. */
async function idsIn(folder: string): Promise<Set<string>> {
  const journal = await FolderJournal.open(folder, new Date().toISOString().slice(0, 10));
  try {
    return new Set((await recordsOf(journal)).map(({ parameters }) => parameters['id'] ?? ''));
  } finally {
    await journal.close();
  }
}

describe('kill -9 at random moments', { timeout: 3_600_000 }, () => {
  it('of many starts on one folder, under load or while it starts: nothing that was answered ok is lost', async () => {
    const seed = randomInt(2 ** 31);
    const random = randomFrom(seed);
    const folder = await temporaryFolder();
    const acknowledged: string[] = [];
    for (const round of upTo(rounds(8))) {
      // One in four is killed while it starts, and so perhaps while it mends what the one before left.
      if (random() < 0.25) {
        const program = startProgram(['serve', '--port', '0', '--inspect-port', '0', ...options(folder)]);
        await setTimeout(random() * 200);
        await program.stop('SIGKILL');
      } else {
        const serve = await serveOn(folder);
        const answered = callUntilDead(serve.url, `${seed}-${round}`, random);
        await setTimeout(20 + random() * 250);
        await serve.stop('SIGKILL');
        acknowledged.push(...(await answered));
      }
    }
    const found = await idsIn(folder);
    expect(
      acknowledged.filter((id) => !found.has(id)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(acknowledged.length, `seed ${seed}`).toBeGreaterThan(0);
  });

  // A killed process leaves what it wrote, synced or not: an answer before the sync is not seen here, but by the tests of
  // power that fails (powerLoss.test.ts) and of an fdatasync that does (systemCalls.test.ts).
  it('of one of two instances on one folder: the other goes on, and both lose nothing', async () => {
    const seed = randomInt(2 ** 31);
    const random = randomFrom(seed);
    const folder = await temporaryFolder();
    const survivor = await serveOn(folder);
    const acknowledged: string[] = [];
    for (const round of upTo(rounds(3))) {
      const victim = await serveOn(folder);
      const answered = [
        callUntilDead(victim.url, `${seed}-victim-${round}`, random),
        callUntilDead(survivor.url, `${seed}-survivor-${round}`, random, 300),
      ];
      await setTimeout(50 + random() * 200);
      await victim.stop('SIGKILL');
      for (const ids of await Promise.all(answered)) acknowledged.push(...ids);
    }
    // The files of the victims are mended while the survivor still writes its own.
    const beside = await idsIn(folder);
    expect(
      acknowledged.filter((id) => !beside.has(id)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(await survivor.stop()).toBe(0);
    expect(survivor.stderr()).toBe('');
    expect(await idsIn(folder)).toEqual(beside);
  });
});
