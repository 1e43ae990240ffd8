import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { printable, printableLines } from '../report/printable.ts';
import { t } from './language.ts';

const mostLines = 60;
const mostCharacters = 4000;

/**
 * A text from the network with its lines. Controls and direction marks are written out; a long one is cut until it is
 * asked for, for the browser has to lay out all of it.
 */
export function ShownText({ text, isCode = false }: { readonly text: string; readonly isCode?: boolean }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const lines = printableLines(text);
  const all = lines.join('\n');
  const some = lines.slice(0, mostLines).join('\n').slice(0, mostCharacters);
  const isCut = some.length < all.length;
  return (
    <>
      <span class={isCode ? 'text code' : 'text'}>{isCut && !isOpen ? `${some}…` : all}</span>
      {isCut && !isOpen && (
        <button type="button" class="more" onClick={() => setOpen(true)}>
          {t.showAll(all.length)}
        </button>
      )}
    </>
  );
}

/** A text from the network on one line, as a place that is cut by the browser has it. */
export const oneLine = (text: string): string => printable(text);
