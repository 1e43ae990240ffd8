import { type JSX, render } from 'preact';
import { type Verdict, verdicts } from '../journal/verdict.ts';
import { t } from './language.ts';

/** Each verdict has a shape of its own, not a colour alone. */
const shapes: Record<Verdict, JSX.Element> = {
  accepted: <path d="m4.6 8.2 2.3 2.3 4.4-4.8" />,
  odd: <path d="M8 4.4v4.2M8 11.4v.1" />,
  rejected: <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />,
  unanswered: <path d="M5 8h6" />,
  injected: <path d="M9 3.8 5.6 8.6h4.6L7 12.4" />,
};

function Mark({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="8" />
        {shapes[verdict]}
      </svg>
      <span class="unseen">{t.verdicts[verdict]}</span>
    </>
  );
}

type Fill = (element: HTMLElement | null) => void;

/** Copies the mark, which is made once: a list has hundreds of them, and the browser copies faster than scripts draw. */
function makeFill(verdict: Verdict): Fill {
  let mark: DocumentFragment | undefined;
  return (element) => {
    if (!mark) render(<Mark verdict={verdict} />, (mark = document.createDocumentFragment()));
    element?.replaceChildren(mark.cloneNode(true));
  };
}

const fills = Object.fromEntries(verdicts.map((verdict) => [verdict, makeFill(verdict)])) as Record<Verdict, Fill>;

/** The verdict as a mark, with its word for those who do not see it. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return <span ref={fills[verdict]} class={`mark ${verdict}`} title={t.verdictMeanings[verdict]} />;
}

const paths = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Zm3.3 7.8 3.2 3.2',
  close: 'm4 4 8 8m0-8-8 8',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  copy: 'M6 5.5h7v8H6zM3 10.5v-8h7',
  download: 'M8 2.5v8m-3-3 3 3 3-3m-8 6h10',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z',
  hidden:
    'M2 2l12 12M6.3 3.8A6 6 0 0 1 8 3.5C12 3.5 14.5 8 14.5 8a12 12 0 0 1-1.8 2.3M4 5a11 11 0 0 0-2.5 3S4 12.5 8 12.5a6 6 0 0 0 3-.8',
  up: 'M8 13V3.5M4 7.2 8 3.2l4 4',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  replay: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
} as const;

export function Icon({ name }: { readonly name: keyof typeof paths }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** The same as icon.svg, which would be one more request, and a document of its own. */
export function Logo(): JSX.Element {
  return (
    <svg width="20" height="20" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#3a53c8" />
      <path
        d="M11 7v11a5 5 0 0 0 10 0v-3l-4 4"
        fill="none"
        stroke="#fff"
        stroke-width="3"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
