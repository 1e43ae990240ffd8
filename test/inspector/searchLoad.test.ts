import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type RowList } from '../../src/inspector/apiTypes.ts';
import { encodeLine } from '../../src/journal/line.ts';
import { startServe } from '../helpers/cli.ts';
import { leadRecord, sendLead, writeJournal } from '../helpers/leads.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

const old = (seq: number, parameters: Record<string, string>): ReturnType<typeof leadRecord> =>
  leadRecord(seq, parameters, { run: 'before', target: '/?action=lead' });

async function lead(url: string): Promise<number> {
  const start = performance.now();
  expect((await sendLead(url)).status).toBe(200);
  return performance.now() - start;
}

describe('long work of the inspector', () => {
  it('lets leads through, and stops when nobody waits for it', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(
      cwd,
      Array.from({ length: 900 }, (_, index) => old(index + 1, { data: 'Ж'.repeat(60_000) })),
    );
    const serve = await startServe(['--redact'], { cwd });
    const waits: number[] = [];
    // While the journal is read, too.
    for (let count = 0; count < 20; count += 1) waits.push(await lead(serve.url));
    const paths = ['records?text=nothing', 'export?reveal=1', 'records?where=data~y&where=data~z'];
    const stop = new AbortController();
    const flood = Array.from({ length: 6 }, async (_, index) => {
      while (!stop.signal.aborted) {
        const response = await fetch(`${serve.inspectUrl}api/${paths[index % 3]}`, { signal: stop.signal });
        await response.arrayBuffer();
      }
    });
    const flooding = Promise.allSettled(flood);
    for (let count = 0; count < 60; count += 1) waits.push(await lead(serve.url));
    stop.abort();
    await flooding;
    expect(Math.max(...waits)).toBeLessThan(500);
    expect(waits.toSorted((a, b) => a - b)[40]).toBeLessThan(100);
    // Those that were given up have ended: there is room for as many as there may be at a time.
    const lists = async (): Promise<number[]> => {
      const all = Array.from({ length: 16 }, () => fetch(`${serve.inspectUrl}api/records?action=none`));
      return (await Promise.all(all)).map(({ status }) => status);
    };
    await expect.poll(lists).toEqual(Array(16).fill(200));
  });

  it('sends an export as fast as it is read, to its end', async () => {
    const cwd = await temporaryFolder();
    const records = Array.from({ length: 300 }, (_, index) => old(index + 1, { text: 'x'.repeat(60_000) }));
    await writeJournal(cwd, records);
    const serve = await startServe([], { cwd });
    const call = request(`${serve.inspectUrl}api/export`, { agent: false }).end();
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.pause();
    for (let count = 0; count < 20; count += 1) await lead(serve.url);
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.resume();
    await once(response, 'end');
    expect(text).toBe(records.map(encodeLine).join(''));
  });
});

describe('a journal of which a part cannot be read', () => {
  it('is shown as far as it can be, and the rest is told of', async () => {
    const cwd = await temporaryFolder();
    await writeJournal(cwd, [old(1, {}), old(2, {})]);
    const lines = Array.from({ length: 200 }, (_, index) =>
      encodeLine(leadRecord(index + 1, { text: `${Math.random()}` }, { run: 'packed' })),
    );
    const packed = gzipSync(lines.join(''));
    await writeFile(join(cwd, 'roistat-log', '2026-11-21.jsonl.gz'), packed.subarray(0, packed.length - 2000));
    const serve = await startServe([], { cwd });
    const list = (await (await fetch(`${serve.inspectUrl}api/records`)).json()) as RowList;
    expect(list.rows.slice(0, 2).map(({ id }) => id)).toEqual(['before:2', 'before:1']);
    expect(list.held).toBeGreaterThan(50);
    expect(list.historyError).toContain('2026-11-21.jsonl.gz');
    await serve.waitFor(/^note: the inspector lacks older requests: .*2026-11-21\.jsonl\.gz.*\n/m, 'stderr');
    expect(serve.stderr().match(/older requests/g)).toHaveLength(1);
  });

  it('tells which limit it met', async () => {
    const cwd = await temporaryFolder();
    const long = { text: 'x'.repeat(4_000_000) };
    await writeJournal(
      cwd,
      Array.from({ length: 20 }, (_, index) => old(index + 1, long)),
    );
    const serve = await startServe([], { cwd });
    const list = (await (await fetch(`${serve.inspectUrl}api/records`)).json()) as RowList;
    expect([list.dropped, list.historyError]).toEqual([true, undefined]);
    expect(list.held).toBe(16);
  });
});
