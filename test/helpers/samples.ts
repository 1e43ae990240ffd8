import { type JournalRecord } from '../../src/journal/record.ts';

/** A record as `serve` writes it, with the given fields in their places. */
export function sampleRecord(fields: Partial<JournalRecord> = {}): JournalRecord {
  return {
    v: 1,
    run: '0badcafe',
    seq: 1,
    receivedAt: '2026-11-22T19:40:17.723Z',
    remote: '127.0.0.1:36330',
    method: 'GET',
    target: '/?user=&token=***&action=lead&id=90',
    headers: [['Host', '127.0.0.1:8787']],
    body: null,
    action: 'lead',
    parameters: { user: '', token: '***', action: 'lead', id: '90' },
    token: 'unchecked',
    tokenDiagnosis: null,
    problems: [],
    answer: { status: 200, body: '{"status":"ok","order_id":"order-90"}' },
    orderId: 'order-90',
    durationMs: 0.412,
    ...fields,
  };
}
