import { type JournalRecord } from '../../src/journal/record.ts';
import { parseTarget } from '../../src/protocol/parseTarget.ts';

/** A record of a request with this target, as `serve --keep-token` writes it. */
export function recordOf(target: string, fields: Partial<JournalRecord> = {}): JournalRecord {
  const { parameters, action = null } = parseTarget(target);
  return {
    v: 1,
    run: '0badcafe',
    seq: 1,
    receivedAt: '2026-11-22T10:00:00.000Z',
    remote: '127.0.0.1:50000',
    method: 'GET',
    target,
    headers: [['Host', 'crm.example']],
    body: null,
    action,
    parameters,
    token: 'unchecked',
    tokenDiagnosis: null,
    problems: [],
    answer: { status: 200, body: '{"status":"ok","order_id":"order-90"}' },
    orderId: 'order-90',
    durationMs: 0.5,
    ...fields,
  };
}
