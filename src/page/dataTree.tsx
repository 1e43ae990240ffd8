import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { printable } from '../report/printable.ts';
import { t } from './language.ts';
import { ShownText } from './shownText.tsx';

const childrenAtOnce = 100;

/** Members of a container in order, names of a list being its numbers; undefined for a plain value. */
function membersOf(value: unknown): ReadonlyArray<readonly [string, unknown]> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value);
}

function Leaf({ value }: { readonly value: unknown }): JSX.Element {
  if (typeof value === 'string') return <ShownText text={value} />;
  return <span class="literal">{String(value)}</span>;
}

function TreeNode({ name, value }: { readonly name: string; readonly value: unknown }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const members = membersOf(value);
  if (!members) {
    return (
      <li>
        <span class="name">{printable(name)}</span> <Leaf value={value} />
      </li>
    );
  }
  const size = Array.isArray(value) ? `[${members.length}]` : `{${members.length}}`;
  return (
    <li>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span class="name">{printable(name)}</span> <span class="literal">{size}</span>
        </summary>
        {/* Only what is open is in the document: however deep it goes, nothing is gone through at once. */}
        {isOpen && <Members members={members} />}
      </details>
    </li>
  );
}

function Members({ members }: { readonly members: ReadonlyArray<readonly [string, unknown]> }): JSX.Element {
  const [shown, setShown] = useState(childrenAtOnce);
  const left = members.length - shown;
  return (
    <ul class="tree">
      {members.slice(0, shown).map(([name, value]) => (
        <TreeNode key={name} name={name} value={value} />
      ))}
      {left > 0 && (
        <li>
          <button type="button" class="more" onClick={() => setShown(shown + childrenAtOnce * 10)}>
            {t.showMore(Math.min(left, childrenAtOnce * 10))}
          </button>
        </li>
      )}
    </ul>
  );
}

/** JSON as a tree; text that is none, or a plain value, as text. */
export function DataTree({ text }: { readonly text: string }): JSX.Element {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return <ShownText text={text} />;
  }
  const members = membersOf(value);
  if (!members || members.length === 0) return <ShownText text={text} />;
  return <Members members={members} />;
}
