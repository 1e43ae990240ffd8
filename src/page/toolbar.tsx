import { type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Row } from '../inspector/apiTypes.ts';
import { type Verdict, verdicts } from '../journal/verdict.ts';
import { type Address, hasFilter, noFilter } from './address.ts';
import { moment, stretch } from './dates.ts';
import { Icon, VerdictMark } from './icons.tsx';
import { t } from './language.ts';
import { oneLine } from './shownText.tsx';
import { type Go } from './useAddress.ts';

const knownActions = ['lead', 'message', 'task', 'call', 'import_scheme', 'export', 'export_clients'];
const mostActions = 30;

/** Actions to choose from: the known ones, others that were seen, and the chosen one. */
function actionsOf(rows: readonly Row[], chosen: string): string[] {
  const seen = new Set(rows.flatMap(({ action }) => (action === null || action === '' ? [] : [action])));
  const others = [...seen].filter((action) => !knownActions.includes(action)).slice(0, mostActions);
  return [...new Set([...knownActions, ...others, ...(chosen === '' ? [] : [chosen])])];
}

function Chip({ text, onRemove }: { readonly text: string; readonly onRemove: () => void }): JSX.Element {
  return (
    <button type="button" class="chip" title={t.remove(text)} onClick={onRemove}>
      <span class="unseen">{t.remove('')}</span>
      {text} <Icon name="close" />
    </button>
  );
}

/** The stretch of time in words; empty when there is no bound. */
function timeOf(since: string, until: string): string {
  const [from, to] = [Date.parse(since), Date.parse(until)];
  if (since !== '' && until !== '') return t.time(...stretch(from, to));
  if (since !== '') return t.since(moment(from));
  return until === '' ? '' : t.until(moment(to));
}

/** Search and filter; all of it stands in the address. */
export function Toolbar({
  address,
  rows,
  go,
  children,
}: {
  readonly address: Address;
  readonly rows: readonly Row[];
  readonly go: Go;
  readonly children?: JSX.Element | false;
}): JSX.Element {
  const { since, until, where } = address;
  const actions = useMemo(() => actionsOf(rows, address.action), [rows, address.action]);
  return (
    <div class="toolbar" role="search">
      <label class="search">
        <Icon name="search" />
        <input
          id="search"
          type="search"
          aria-label={t.search}
          title={t.search}
          placeholder={t.searchHint}
          spellcheck={false}
          autocomplete="off"
          value={address.text}
          onInput={({ currentTarget }) => go({ text: currentTarget.value }, 'typing')}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
      <label class="phone">
        <input
          type="search"
          inputMode="tel"
          aria-label={t.phone}
          placeholder={t.phone}
          autocomplete="off"
          value={address.phone}
          onInput={({ currentTarget }) => go({ phone: currentTarget.value }, 'typing')}
        />
      </label>
      <label>
        <select
          aria-label={t.action}
          value={address.action}
          onChange={({ currentTarget }) => go({ action: currentTarget.value })}
        >
          <option value="">{t.anyAction}</option>
          {actions.map((action) => (
            <option key={action} value={action}>
              {oneLine(action)}
            </option>
          ))}
        </select>
      </label>
      {timeOf(since, until) !== '' && (
        <Chip text={timeOf(since, until)} onRemove={() => go({ since: '', until: '' })} />
      )}
      {where.map((clause) => (
        <Chip
          key={clause}
          text={oneLine(clause)}
          onRemove={() => go({ where: where.filter((other) => other !== clause) })}
        />
      ))}
      {hasFilter(address) && (
        <button type="button" class="more" onClick={() => go(noFilter)}>
          {t.clear}
        </button>
      )}
      {children}
    </div>
  );
}

/** How many of each verdict; pressed, only those are shown. */
export function Counters({
  counts,
  total,
  chosen,
  onChoose,
}: {
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly total: number;
  readonly chosen: Verdict | '';
  readonly onChoose: (verdict: Verdict | '') => void;
}): JSX.Element {
  return (
    <div class="counters">
      <button type="button" aria-pressed={chosen === ''} onClick={() => onChoose('')}>
        <strong>{t.number(total)}</strong> {t.all}
      </button>
      {verdicts.map((verdict) =>
        counts[verdict] === 0 && chosen !== verdict && (verdict === 'unanswered' || verdict === 'injected') ? null : (
          <button
            key={verdict}
            type="button"
            aria-pressed={chosen === verdict}
            onClick={() => onChoose(chosen === verdict ? '' : verdict)}
          >
            <span aria-hidden="true">
              <VerdictMark verdict={verdict} />
            </span>
            <strong>{t.number(counts[verdict])}</strong> <span class="label">{t.counts[verdict]}</span>
          </button>
        ),
      )}
    </div>
  );
}
