import { type ReproducibleRequest } from './delivery.ts';

type HeaderPairs = ReproducibleRequest['headers'];

/** Headers that go before the given ones; a reproduction of the request does not need them. */
export function ownHeaders(given: HeaderPairs, userAgent: string): HeaderPairs {
  const isNamed = given.some(([name]) => name.toLowerCase() === 'user-agent');
  return [...(isNamed ? [] : [['User-Agent', userAgent] as const]), ['Accept', '*/*']];
}
