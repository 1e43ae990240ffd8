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

/** The address typed last, for the next record; before it, that of the handler behind the webhook is offered. */
const memory = 'replay-url';

interface Sides {
  readonly name: string;
  /** Null without an answer. */
  readonly original: string | null;
  readonly replayed: string | null;
  readonly differs: boolean;
}

function sidesOf({ row, answerText, record }: RecordView, result: ReplayResult): Sides[] {
  const took = record.forward?.durationMs ?? record.durationMs;
  const { differs } = result;
  return [
    {
      name: t.status,
      original: row.status === null ? t.noAnswer : String(row.status),
      replayed: result.status === null ? t.noAnswer : String(result.status),
      differs: row.status !== result.status,
    },
    // The verdicts are of two kinds.
    {
      name: t.verdict,
      original: t.verdicts[row.verdict],
      replayed: t.replayVerdicts[result.verdict] ?? result.verdict,
      differs: false,
    },
    {
      name: t.order,
      original: record.orderId,
      replayed: result.orderId,
      differs: differs !== null && record.orderId !== result.orderId,
    },
    { name: t.body, original: answerText, replayed: result.body, differs: differs?.body ?? false },
    {
      name: t.answeredIn,
      original: record.answer && duration(took),
      replayed: result.durationMs === null ? null : duration(result.durationMs),
      differs: false,
    },
  ];
}

function Side({ name, text }: { readonly name: string; readonly text: string | null }): JSX.Element {
  if (text === null) return <td>—</td>;
  return <td>{name === t.body ? <BodyText text={text} /> : oneLine(text) || '—'}</td>;
}

function Comparison({ view, result }: { readonly view: RecordView; readonly result: ReplayResult }): JSX.Element {
  const sides = sidesOf(view, result);
  const isSame = result.differs !== null && sides.every(({ differs }) => !differs);
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
          {sides.map(({ name, original, replayed, differs }) => (
            <tr key={name} class={differs ? 'differs' : ''}>
              <th scope="row">
                {name}
                {differs && <span class="tag">{t.differs}</span>}
              </th>
              <Side name={name} text={original} />
              <Side name={name} text={replayed} />
            </tr>
          ))}
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
  const [url, setUrl] = useState(() => sessionStorage.getItem(memory) ?? view.record.forward?.url ?? '');
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
