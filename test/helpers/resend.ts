import { type Delivery } from '../../src/client/delivery.ts';
import { type Resent } from '../../src/client/handlerCaller.ts';
import { type JournalRecord } from '../../src/journal/record.ts';
import { makeCaller } from './caller.ts';
import { type RawRequest, startRawHandler } from './rawHandler.ts';

/** What was sent of a record, which could be sent. */
export function delivered(resent: Resent): Delivery {
  if (resent.kind === 'unsendable') throw new Error(resent.reason);
  return resent.delivery;
}

/** Sends the record again, and gives what arrived. */
export async function resend(record: JournalRecord, changes = {}, path = 'hook.php'): Promise<RawRequest> {
  const { url, requests } = await startRawHandler();
  delivered(await makeCaller().resend({ webhook: new URL(url + path), record, ...changes }));
  const [request] = requests;
  if (!request) throw new Error('nothing arrived');
  return request;
}

/** Every byte that a request target may have, as a character. */
export const targetBytes = Array.from({ length: 0xff - 0x20 }, (_, index) => String.fromCharCode(0x21 + index));
