/**
 * What goes before the parameters in the request target for a webhook address: path and query of the address as they
 * are, and `?`, or `&` where the address has a query of its own. The fragment is not sent.
 */
export function targetPrefix({ pathname, search }: URL): string {
  if (search === '' || search === '?') return `${pathname}?`;
  return `${pathname}${search}${search.endsWith('&') ? '' : '&'}`;
}

/** The request target for a webhook address: its prefix and the parameters, or the address's own where there are none. */
export function webhookTarget(webhook: URL, query: string): string {
  return query === '' ? webhook.pathname + webhook.search : targetPrefix(webhook) + query;
}
