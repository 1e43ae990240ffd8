import { type ComponentProps, type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Detail } from './detail.tsx';
import { t } from './language.ts';
import { type RecordState } from './useRecord.ts';

function Unread({
  state,
  onRetry,
  onClose,
}: {
  readonly state: 'missing' | 'failed';
  readonly onRetry: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <section class="empty" role="alert">
      <p>{t[state]}</p>
      <p class="buttons">
        {state === 'failed' && (
          <button type="button" class="primary" onClick={onRetry}>
            {t.tryAgain}
          </button>
        )}
        <button type="button" onClick={onClose}>
          {t.back}
        </button>
      </p>
    </section>
  );
}

/** The record that is open, or why it is not shown. */
export function RecordPane({
  view,
  onRetry,
  ...rest
}: Omit<ComponentProps<typeof Detail>, 'view'> & {
  readonly view: RecordState;
  readonly onRetry: () => void;
}): JSX.Element {
  const pane = useRef<HTMLDivElement>(null);
  const shown = typeof view === 'string' ? view : view.row.id;
  // Each record is read from its beginning.
  useLayoutEffect(() => pane.current?.scrollTo({ top: 0 }), [shown]);
  return (
    <div ref={pane} class="right" aria-busy={view === 'loading'}>
      {view === 'loading' ? (
        <section class="empty">
          <p>{t.loading}</p>
        </section>
      ) : typeof view === 'string' ? (
        <Unread state={view} onRetry={onRetry} onClose={rest.onClose} />
      ) : (
        <Detail view={view} {...rest} />
      )}
    </div>
  );
}
