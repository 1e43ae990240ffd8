/**
 * The actions known by name. `lead` and `message` are the protocol of the source document;
 * the others belong to the "own CRM" variant (help pages, and handlers that people run).
 */
const actions = ['lead', 'message', 'task', 'call', 'import_scheme', 'export', 'export_clients'] as const;

export type Action = (typeof actions)[number];

export function isAction(name: string): name is Action {
  return (actions as readonly string[]).includes(name);
}

const listings: ReadonlySet<string> = new Set(['import_scheme', 'export', 'export_clients']);

/** Whether the action asks for what the CRM holds. Such an answer is the data itself, without a status, and may be large. */
export function isListing(action: string): boolean {
  return listings.has(action);
}
