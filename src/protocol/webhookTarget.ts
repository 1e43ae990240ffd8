/**
 * The request target for a webhook address: path and query of the address as they are, and the parameters after
 * `?`, or after `&` where the address has a query of its own. The fragment is not sent.
 */
export function webhookTarget(webhook: URL, query: string): string {
  const own = webhook.search;
  if (query === '') return webhook.pathname + own;
  if (own === '' || own === '?') return `${webhook.pathname}?${query}`;
  return `${webhook.pathname}${own}${own.endsWith('&') ? '' : '&'}${query}`;
}
