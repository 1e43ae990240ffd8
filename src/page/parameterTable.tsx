import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { DataTree } from './dataTree.tsx';
import { Icon } from './icons.tsx';
import { language, t } from './language.ts';
import { ruMeanings } from './messages/ruMeanings.ts';
import { oneLine, ShownText } from './shownText.tsx';

const rowsAtOnce = 100;
/** The same in every request, so they come last. */
const everywhere = new Set(['user', 'token', 'action']);
/** A longer value makes no filter that an address should hold. */
const longestClause = 200;

function meaningOf(name: string, value: string, meanings: Readonly<Record<string, string>>): string {
  if (!Object.hasOwn(meanings, name)) return '';
  // The texts are of leads and messages; of another action nothing is known.
  if (name === 'action' && value !== 'lead' && value !== 'message') return '';
  const russian = Object.hasOwn(ruMeanings, name) ? ruMeanings[name as keyof typeof ruMeanings] : undefined;
  const meaning = (language === 'ru' ? russian : undefined) ?? meanings[name] ?? '';
  return meaning.replaceAll('`', '');
}

function Value({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  if (value === '') return <span class="none">{t.empty}</span>;
  if (name === 'data' || /^\s*[[{]/.test(value)) return <DataTree text={value} />;
  return <ShownText text={value} />;
}

const isOwn = ([name]: readonly [string, string]): boolean => !everywhere.has(name);

/** Decoded parameters by name, with what they mean. */
export function ParameterTable({
  parameters,
  meanings,
  onFilter,
}: {
  readonly parameters: Readonly<Record<string, string>>;
  readonly meanings: Readonly<Record<string, string>>;
  /** Undefined while values are masked. */
  readonly onFilter: ((clause: string) => void) | undefined;
}): JSX.Element {
  const [shown, setShown] = useState(rowsAtOnce);
  const all = Object.entries(parameters);
  const entries = [...all.filter(isOwn), ...all.filter((entry) => !isOwn(entry))];
  if (entries.length === 0) return <p class="none">{t.noParameters}</p>;
  const left = entries.length - shown;
  return (
    <>
      <table class="parameters">
        <colgroup>
          <col class="names" />
          <col />
          <col class="tools" />
        </colgroup>
        <thead class="unseen">
          <tr>
            <th scope="col">{t.parameter}</th>
            <th scope="col">{t.value}</th>
            <th scope="col">{t.filter}</th>
          </tr>
        </thead>
        <tbody>
          {entries.slice(0, shown).map(([name, value]) => {
            const clause = `${name}=${value}`;
            const canFilter = onFilter && clause.length <= longestClause && !/[=~]/.test(name) && name !== 'token';
            return (
              <tr key={name}>
                <th scope="row">
                  <span class="name">{oneLine(name)}</span>
                  <span class="meaning">{meaningOf(name, value, meanings)}</span>
                </th>
                <td>
                  <Value name={name} value={value} />
                </td>
                <td class="tools">
                  {canFilter && (
                    <button
                      type="button"
                      class="quiet"
                      title={t.onlyThis(oneLine(clause))}
                      onClick={() => onFilter(clause)}
                    >
                      <Icon name="filter" />
                      <span class="unseen">{t.onlyThis(oneLine(clause))}</span>
                    </button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {left > 0 && (
        <button type="button" class="more" onClick={() => setShown(shown + rowsAtOnce * 5)}>
          {t.showMore(Math.min(left, rowsAtOnce * 5))}
        </button>
      )}
    </>
  );
}
