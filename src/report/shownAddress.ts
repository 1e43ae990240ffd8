import { mask } from '../protocol/mask.ts';
import { maskTarget } from '../protocol/maskToken.ts';

/** An address without the password of its login, and without tokens in its query. */
export function shownAddress(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = mask;
  // The braces of --read-back stay as they were typed.
  return maskTarget(url.href.replaceAll('%7Border_id%7D', '{order_id}'));
}
