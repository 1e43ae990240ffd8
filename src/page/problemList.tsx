import { type JSX } from 'preact';
import { type ShownProblem } from '../inspector/apiTypes.ts';
import { type ProblemCode } from '../protocol/problems.ts';
import { diagnosed, language, t } from './language.ts';
import { ruProblems } from './messages/ruProblems.ts';
import { oneLine, ShownText } from './shownText.tsx';

function textsOf({ code, means, hint }: ShownProblem): { readonly means: string; readonly hint: string } {
  const russian = language === 'ru' && Object.hasOwn(ruProblems, code) ? ruProblems[code as ProblemCode] : undefined;
  return russian ?? { means, hint };
}

/** Problems with what they mean and what to do. */
export function ProblemList({ problems }: { readonly problems: readonly ShownProblem[] }): JSX.Element {
  return (
    <ul class="problems">
      {problems.map((problem, index) => {
        const { means, hint } = textsOf(problem);
        return (
          <li key={index} class={problem.severity}>
            <p class="code">
              <span class="severity">{t.severities[problem.severity]}</span> <code>{oneLine(problem.code)}</code>
            </p>
            <p class="detail">
              <ShownText text={diagnosed(problem.detail)} />
            </p>
            {means !== '' && <p>{means}</p>}
            {hint !== '' && <p class="hint">→ {hint}</p>}
          </li>
        );
      })}
    </ul>
  );
}
