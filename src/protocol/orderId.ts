import { createHash } from 'node:crypto';

/**
 * The order id that our CRM's end gives to a lead: a function of the lead's `id` alone, so that a lead sent twice
 * gets the same one on every instance and after a restart. Without an id, all parameters but the credentials count.
 */
export function orderIdOf(parameters: Readonly<Record<string, string>>): string {
  const { id } = parameters;
  if (id !== undefined && /^[\w-]{1,64}$/.test(id)) return `order-${id}`;
  const { token: _token, user: _user, ...rest } = parameters;
  const identity = id ? id : JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `order-${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
}
