import { useEffect, useRef } from 'preact/hooks';

export interface KeyActions {
  readonly onMove: (step: 1 | -1) => void;
  readonly onEnter: () => void;
  readonly onEscape: () => void;
  readonly onHelp: () => void;
}

const isField = (element: Element | null): boolean => element?.matches('input, textarea, select') ?? false;

const named = ['ArrowDown', 'ArrowUp', 'Enter', 'Escape', '?', '/'];

/**
 * What was pressed. Where the layout has no such letter, the place of the key counts: `j` is `о` on a Russian keyboard,
 * `/` is `.`, and `?` is `,`.
 */
function pressed({ key, code, shiftKey }: KeyboardEvent): string {
  if (named.includes(key)) return key;
  if (code === 'Slash' && key === (shiftKey ? ',' : '.')) return shiftKey ? '?' : '/';
  if (shiftKey) return '';
  const isLatin = /^[a-z]$/i.test(key);
  return isLatin ? key.toLowerCase() : ({ KeyJ: 'j', KeyK: 'k' }[code] ?? '');
}

/** Keys of the whole page, wherever the focus is; in a field only Escape is taken, which leaves it. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { ctrlKey, metaKey, altKey, isComposing } = event;
      const key = pressed(event);
      const { activeElement } = document;
      if (ctrlKey || metaKey || altKey || isComposing || document.querySelector('dialog[open]')) return;
      if (isField(activeElement)) {
        if (key !== 'Escape') return;
        // A search field would empty itself, and say nothing of it.
        event.preventDefault();
        // Without a list there is nothing to go to.
        (activeElement as HTMLElement).blur();
        document.querySelector<HTMLElement>('#list')?.focus();
        return;
      }
      const { onMove, onEnter, onEscape, onHelp } = latest.current;
      // In the open record the arrows scroll.
      const isInList = activeElement === null || activeElement === document.body || activeElement.id === 'list';
      if (key === 'j' || (key === 'ArrowDown' && isInList)) onMove(1);
      else if (key === 'k' || (key === 'ArrowUp' && isInList)) onMove(-1);
      else if (key === 'Enter' && isInList) onEnter();
      else if (key === 'Escape') onEscape();
      else if (key === '?') onHelp();
      else if (key === '/') document.querySelector<HTMLElement>('#search')?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
