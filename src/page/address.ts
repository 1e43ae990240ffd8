import { type Verdict, verdicts } from '../journal/verdict.ts';

/** What the page shows, as it stands in the address after `#`; an empty text is no demand. */
export interface Address {
  readonly action: string;
  readonly verdict: Verdict | '';
  readonly phone: string;
  readonly text: string;
  /** Moments in ISO form. */
  readonly since: string;
  readonly until: string;
  /** `name=value` or `name~part`. */
  readonly where: readonly string[];
  /** The record that is open. */
  readonly id: string;
}

const names = ['action', 'verdict', 'phone', 'text', 'since', 'until'] as const;

export const noFilter = { action: '', verdict: '', phone: '', text: '', since: '', until: '', where: [] } as const;

/** A moment that cannot be read is no demand, as for the server. */
const momentOf = (text: string): string => (Number.isNaN(Date.parse(text)) ? '' : text);

export function readAddress(hash: string): Address {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const of = (name: string): string => query.get(name) ?? '';
  const verdict = verdicts.find((known) => known === of('verdict')) ?? '';
  return {
    action: of('action'),
    verdict,
    phone: of('phone'),
    text: of('text'),
    since: momentOf(of('since')),
    until: momentOf(of('until')),
    where: query.getAll('where').filter((clause) => /^[^=~]+[=~]/.test(clause)),
    id: of('id'),
  };
}

function queryOf(address: Address, wanted: readonly (typeof names)[number][]): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of wanted) {
    if (address[name] !== '') query.set(name, address[name]);
  }
  for (const clause of address.where) query.append('where', clause);
  return query;
}

/** The address as it stands after `#`, without it; empty when everything is shown and nothing is open. */
export function writeAddress(address: Address): string {
  const query = queryOf(address, names);
  if (address.id !== '') query.set('id', address.id);
  return query.toString();
}

/** The filter as the server takes it. */
export function filterQuery(address: Address): string {
  return queryOf(address, names).toString();
}

/** The filter without the verdict: rows of all verdicts are counted, and those of one are shown. */
export function rowQuery(address: Address): string {
  return queryOf(
    address,
    names.filter((name) => name !== 'verdict'),
  ).toString();
}

export const hasFilter = (address: Address): boolean => filterQuery(address) !== '';
