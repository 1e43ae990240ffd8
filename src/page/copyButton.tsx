import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { t } from './language.ts';

/** Copies a text, and says so for a moment. */
export function CopyButton({
  text,
  label,
  isQuiet = false,
}: {
  readonly text: string;
  readonly label: string;
  /** The icon alone; the label is for screen readers. */
  readonly isQuiet?: boolean;
}): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(t.copied);
    } catch {
      setSaid(t.copyFailed);
    }
    setTimeout(() => setSaid(''), 2000);
  };
  return (
    <button type="button" class={isQuiet ? 'quiet' : ''} title={label} onClick={() => void copy()}>
      <Icon name="copy" />
      <span class={isQuiet && said === '' ? 'unseen' : ''} aria-live="polite">
        {said || label}
      </span>
    </button>
  );
}

/** A command line that can be copied. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={t.copy} isQuiet />
    </div>
  );
}
