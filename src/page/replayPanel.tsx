import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type RecordView, type ReplayError, type ReplayResult } from '../inspector/apiTypes.ts';
import { postReplay } from './api.ts';
import { BodyText } from './bodyText.tsx';
import { duration } from './dates.ts';
import { Icon } from './icons.tsx';
import { t } from './language.ts';
import { ProblemList } from './problemList.tsx';
import { oneLine } from './shownText.tsx';

/** The address typed last, for the next record. */
const memory = 'replay-url';

interface Sides {
  readonly name: string;
  readonly original: string;
  readonly replayed: string;
}

function sidesOf({ row, answerText, record }: RecordView, result: ReplayResult): Sides[] {
  const took = record.forward?.durationMs ?? record.durationMs;
  return [
    { name: t.status, original: String(row.status ?? t.noAnswer), replayed: String(result.status ?? t.noAnswer) },
    {
      name: t.verdict,
      original: t.verdicts[row.verdict],
      replayed: t.replayVerdicts[result.verdict] ?? oneLine(result.verdict),
    },
    { name: t.order, original: row.orderId ?? '', replayed: result.orderId ?? '' },
    { name: t.body, original: answerText ?? '', replayed: result.body ?? '' },
    {
      name: t.duration,
      original: duration(took),
      replayed: result.durationMs === null ? '' : duration(result.durationMs),
    },
  ];
}

/** A different time is no difference, and the verdicts are of two kinds. */
const compares = ({ name }: Sides): boolean => name !== t.duration && name !== t.verdict;

function Comparison({ view, result }: { readonly view: RecordView; readonly result: ReplayResult }): JSX.Element {
  const sides = sidesOf(view, result);
  const isSame = sides.filter(compares).every(({ original, replayed }) => original === replayed);
  return (
    <div class="comparison">
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{t.original}</th>
            <th scope="col">{t.replayed}</th>
          </tr>
        </thead>
        <tbody>
          {sides.map((side) => {
            const differs = compares(side) && side.original !== side.replayed;
            return (
              <tr key={side.name} class={differs ? 'differs' : ''}>
                <th scope="row">
                  {side.name}
                  {differs && <span class="tag">{t.differs}</span>}
                </th>
                <td>{side.name === t.body ? <BodyText text={side.original} /> : oneLine(side.original) || '—'}</td>
                <td>{side.name === t.body ? <BodyText text={side.replayed} /> : oneLine(side.replayed) || '—'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {isSame && <p>{t.same}</p>}
      {result.problems.length > 0 && <ProblemList problems={result.problems} />}
    </div>
  );
}

/** Sends the record to an address again, and shows what came back beside what was recorded. */
export function ReplayPanel({
  view,
  csrf,
  reveal,
}: {
  readonly view: RecordView;
  readonly csrf: string;
  readonly reveal: boolean;
}): JSX.Element {
  const [url, setUrl] = useState(() => sessionStorage.getItem(memory) ?? '');
  const [result, setResult] = useState<ReplayResult | ReplayError>();
  const [isSending, setSending] = useState(false);
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    sessionStorage.setItem(memory, url);
    setSending(true);
    setResult(await postReplay(view.row.id, url, { csrf, reveal }));
    setSending(false);
  };
  return (
    <section class="replay">
      <h3>{t.replay}</h3>
      <form onSubmit={(event) => void send(event)}>
        <label>
          <span>{t.replayTo}</span>
          <input
            type="text"
            inputMode="url"
            spellcheck={false}
            autocomplete="off"
            placeholder="http://127.0.0.1:8000/webhook.php"
            value={url}
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={isSending || url === ''}>
          <Icon name="replay" /> {isSending ? t.replaySending : t.replaySend}
        </button>
      </form>
      <p class="note">{t.signatures[view.signature]}</p>
      <div role="status">
        {result &&
          ('error' in result ? (
            <p class="failure">
              {t.replayErrors[result.error]} {oneLine(result.detail)}
            </p>
          ) : (
            <Comparison view={view} result={result} />
          ))}
      </div>
    </section>
  );
}
