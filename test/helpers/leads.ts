import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeLine } from '../../src/journal/line.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { encodeQuery } from '../../src/protocol/encodeQuery.ts';
import { sampleRecord } from './samples.ts';

/** Sends a lead with these parameters as Roistat does. */
export function sendLead(url: string, parameters: Readonly<Record<string, string>> = {}): Promise<Response> {
  const all = { user: '', token: 'd41d8cd98f00b204e9800998ecf8427e', action: 'lead', id: '90', ...parameters };
  return fetch(`${url}?${encodeQuery(Object.entries(all))}`);
}

/** A record of a lead with these parameters, number `seq` of a run, a second after the one before it. */
export function leadRecord(
  seq: number,
  parameters: Readonly<Record<string, string>>,
  fields: Partial<JournalRecord> = {},
): JournalRecord {
  const all = { user: '', token: '***', action: 'lead', id: String(seq), ...parameters };
  return sampleRecord({
    seq,
    receivedAt: new Date(Date.UTC(2026, 10, 22, 10) + seq * 1000).toISOString(),
    target: `/?${encodeQuery(Object.entries(all))}`.replace('%2A%2A%2A', '***'),
    parameters: all,
    orderId: `order-${seq}`,
    answer: { status: 200, body: `{"status":"ok","order_id":"order-${seq}"}` },
    ...fields,
  });
}

/** Writes a journal for `serve` to find in the folder `cwd`. */
export async function writeJournal(cwd: string, records: readonly JournalRecord[]): Promise<void> {
  await mkdir(join(cwd, 'roistat-log'), { recursive: true });
  const day = records[0]?.receivedAt.slice(0, 10) ?? '2026-11-22';
  await writeFile(join(cwd, 'roistat-log', `${day}.jsonl`), records.map(encodeLine).join(''));
}
