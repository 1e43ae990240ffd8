import { type JSX } from 'preact';
import { type Session } from '../inspector/apiTypes.ts';
import { Command } from './copyButton.tsx';
import { t } from './language.ts';

/** Before the first request: what to type to see one. */
export function FirstRequest({ session }: { readonly session: Session }): JSX.Element {
  return (
    <section class="empty">
      <h2>{t.emptyTitle}</h2>
      <p>{t.emptyText}</p>
      {session.firstLead.map((command) => (
        <Command key={command} text={command} />
      ))}
      <p>{t.emptyRoistat}</p>
      <Command text={session.webhook} />
    </section>
  );
}

export function NoMatch({ held, onClear }: { readonly held: number; readonly onClear: () => void }): JSX.Element {
  return (
    <section class="empty">
      <h2>{t.noMatchTitle}</h2>
      <p>{t.noMatchText(held)}</p>
      <p>
        <button type="button" class="primary" onClick={onClear}>
          {t.clear}
        </button>
      </p>
    </section>
  );
}
