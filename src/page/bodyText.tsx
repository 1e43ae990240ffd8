import { type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { t } from './language.ts';
import { ShownText } from './shownText.tsx';

/** JSON with indents, or undefined for what is none, or is nested too deep. */
function prettyJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const pretty = JSON.stringify(value, null, 2);
    return pretty === text ? undefined : pretty;
  } catch {
    return undefined;
  }
}

/** The body of an answer: JSON with indents, and as it came when that is wanted. */
export function BodyText({ text }: { readonly text: string }): JSX.Element {
  const pretty = useMemo(() => prettyJson(text), [text]);
  const [isRaw, setRaw] = useState(false);
  if (text === '') return <p class="none">{t.emptyBody}</p>;
  return (
    <div class="block">
      {pretty !== undefined && (
        <button type="button" class="more" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          {t.raw}
        </button>
      )}
      <ShownText key={String(isRaw)} text={isRaw ? text : (pretty ?? text)} isCode />
    </div>
  );
}
