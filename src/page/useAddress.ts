import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Address, readAddress, writeAddress } from './address.ts';

export type Go = (change: Partial<Address>, kind?: 'step' | 'typing') => void;

/**
 * The address as state. A step can be gone back from; letters typed one after another (or records gone
 * through with the keys) are one step.
 */
export function useAddress(): { readonly address: Address; readonly go: Go } {
  const [address, setAddress] = useState(() => readAddress(location.hash));
  const isTyping = useRef(false);
  useEffect(() => {
    const follow = (): void => {
      isTyping.current = false;
      setAddress(readAddress(location.hash));
    };
    addEventListener('popstate', follow);
    addEventListener('hashchange', follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener('hashchange', follow);
    };
  }, []);
  const go = useCallback<Go>((change, kind = 'step') => {
    const next = { ...readAddress(location.hash), ...change };
    const hash = writeAddress(next);
    if (`#${hash}` === location.hash || (hash === '' && location.hash === '')) return;
    const url = hash === '' ? location.pathname : `#${hash}`;
    if (kind === 'typing' && isTyping.current) history.replaceState(null, '', url);
    else history.pushState(null, '', url);
    isTyping.current = kind === 'typing';
    setAddress(next);
  }, []);
  return { address, go };
}
