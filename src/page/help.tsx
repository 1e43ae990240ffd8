import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { t } from './language.ts';

/** The keys. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <div class="heading">
        <h2 id="help-title">{t.help}</h2>
        <button type="button" class="quiet" title={t.close} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
          <span class="unseen">{t.close}</span>
        </button>
      </div>
      <dl class="keys">
        {Object.entries(t.shortcuts).map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
