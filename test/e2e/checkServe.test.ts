import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { authChecks } from '../../src/conformance/checks/auth.ts';
import { type Check } from '../../src/conformance/check.ts';
import { checks } from '../../src/conformance/checks.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { idsOf, runCheck, runCheckHere } from '../helpers/check.ts';
import { runCli, startServe } from '../helpers/cli.ts';
import { shopEnv, shopUser } from '../helpers/shop.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const serveCredentials = [...shopUser, '--password', 'secret'];

test('serve passes every check; its orders cannot be read back', async () => {
  const { url } = await startServe(['--log-dir', await temporaryFolder(), ...serveCredentials]);
  const checked = await runCheck(url, [...shopUser, '--strict'], { env: shopEnv });
  expect(idsOf(checked, 'failed')).toEqual([]);
  expect(idsOf(checked, 'skipped')).toEqual(['contact-read-back']);
  expect(checked).toMatchObject({ code: 0, document: { verdict: 'passed' } });
});

test('serve without credentials passes every check but those of the token, which say why they are skipped', async () => {
  const { url } = await startServe(['--log-dir', await temporaryFolder()]);
  const checked = await runCheck(url, ['--strict']);
  expect(idsOf(checked, 'failed')).toEqual([]);
  expect(idsOf(checked, 'skipped')).toEqual(['contact-read-back', ...Object.keys(authChecks)]);
  expect(checked.document.checks.filter(({ outcome, reason }) => outcome === 'skipped' && !reason)).toEqual([]);
  expect(checked.code).toBe(0);
});

test('messages go to an address of their own, and leads do not', async () => {
  const leads = await temporaryFolder();
  const messages = await temporaryFolder();
  const { url } = await startServe(['--log-dir', leads, ...serveCredentials]);
  const { url: messageUrl } = await startServe(['--log-dir', messages, ...serveCredentials]);
  const { code } = await runCheckHere(url, [...shopUser, '--message-url', messageUrl], { env: shopEnv });
  expect(code).toBe(0);
  const actions = async (folder: string): Promise<Set<string>> =>
    new Set((await recordsIn(folder)).map(({ action }) => action ?? ''));
  expect(await actions(leads)).toEqual(new Set(['lead', 'no_such_action', '']));
  expect(await actions(messages)).toEqual(new Set(['message']));
});

test('long texts are as long as they say: just below 8 KiB in the request line, and 7 KiB of UTF-8', async () => {
  const folder = await temporaryFolder();
  const { url } = await startServe(['--log-dir', folder]);
  const { code } = await runCheckHere(url, ['--only', 'text-long', 'text-very-long']);
  expect(code).toBe(0);
  const [long, veryLong] = await recordsIn(folder);
  expect(long?.target?.length).toBeGreaterThan(7 * 1024);
  expect(long?.target?.length).toBeLessThan(8 * 1024 - 'GET  HTTP/1.1'.length);
  expect(Buffer.byteLength(veryLong?.parameters['text'] ?? '')).toBeGreaterThan(7 * 1024 - 4);
  expect(Buffer.byteLength(veryLong?.parameters['text'] ?? '')).toBeLessThanOrEqual(7 * 1024);
});

async function recordsIn(folder: string): Promise<JournalRecord[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line) as JournalRecord);
}

/** Different leads with the marker that were answered with an order, by what the journal holds. */
async function countLeads(folder: string, marker: string): Promise<number> {
  const records = (await recordsIn(folder))
    .filter(({ action, orderId }) => action === 'lead' && orderId !== null)
    .filter(({ parameters: { title = '', text = '' } }) => title.includes(marker) || text.includes(marker));
  return new Set(records.map(({ orderId }) => orderId)).size;
}

test('each check makes as many leads as it says, alone and with all others', async () => {
  const folder = await temporaryFolder();
  const { url } = await startServe(['--log-dir', folder, ...serveCredentials]);
  const { stdout } = await runCli(['check', '--list', '--json']);
  const listed = JSON.parse(stdout) as ReadonlyArray<{ readonly id: string; readonly leads: number }>;
  expect(listed.map(({ id }) => id)).toEqual(Object.keys(checks));

  const runs = listed.map(({ id, leads }) => ({ args: ['--only', id], leads: leads + reference(id) }));
  const total = listed.reduce((sum, { leads }) => sum + leads, 1);
  for (const [index, { args, leads }] of [...runs, { args: [], leads: total }].entries()) {
    const marker = `marker-${index}-`;
    const { code, document } = await runCheckHere(url, [...shopUser, ...args, '--marker', marker], { env: shopEnv });
    // What is skipped makes none, and shows nothing.
    const isMade = document.counts.passed > 0;
    expect(code).toBe(isMade ? 0 : 1);
    const made = isMade ? leads : 0;
    expect({ args, announced: document.leads, made: await countLeads(folder, marker) }).toEqual({
      args,
      announced: leads,
      made,
    });
  }
});

const reference = (id: string): number => ((checks as Record<string, Check>)[id]?.usesReference ? 1 : 0);
