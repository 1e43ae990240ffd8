import { maskTarget } from './maskToken.ts';

/** An address without its login and fragment, and without tokens in its query. */
export function plainAddress({ origin, pathname, search }: URL): string {
  return origin + maskTarget(pathname + search);
}
