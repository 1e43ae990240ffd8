import { type ComponentChildren, type JSX } from 'preact';
import { type RecordView } from '../inspector/apiTypes.ts';
import { type RecordedBody } from '../journal/record.ts';
import { base64Bytes } from './base64Bytes.ts';
import { BodyText } from './bodyText.tsx';
import { CopyButton } from './copyButton.tsx';
import { duration, fullTime, utcTime } from './dates.ts';
import { Icon, VerdictMark } from './icons.tsx';
import { diagnosed, t } from './language.ts';
import { ParameterTable } from './parameterTable.tsx';
import { ProblemList } from './problemList.tsx';
import { optionId, subjectOf } from './recordList.tsx';
import { ReplayPanel } from './replayPanel.tsx';
import { oneLine, ShownText } from './shownText.tsx';

function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Headers({ pairs }: { readonly pairs: ReadonlyArray<readonly [string, string]> }): JSX.Element {
  return (
    <dl class="headers">
      {pairs.map(([name, value], index) => (
        <div key={index}>
          <dt>{oneLine(name)}</dt>
          <dd>
            <ShownText text={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** As a masked token stands in a record. */
const mask = '***';

/** How much came in, and how it stands here. */
function bodySize({ bytes, encoding }: RecordedBody): string {
  return encoding === 'base64' ? `base64, ${t.bytes(bytes)}` : t.bytes(bytes);
}

/** Bytes of the answer, where they are known: not of a text whose personal data is masked. */
function AnswerSize({ view }: { readonly view: RecordView }): JSX.Element | null {
  const { masked, answerText, record } = view;
  const { answer } = record;
  if (masked || !answer) return null;
  const { body, encoding } = answer;
  const isBytes = encoding === 'base64';
  const bytes = isBytes ? base64Bytes(body) : new TextEncoder().encode(answerText ?? '').length;
  return <span class="aside">{isBytes ? `base64, ${t.bytes(bytes)}` : t.bytes(bytes)}</span>;
}

function RawRequest({ record, masked }: Pick<RecordView, 'record' | 'masked'>): JSX.Element {
  const { method, target, headers, body, parameters } = record;
  // A masked token has another length than the one that came in.
  const isWhole = !masked && parameters['token'] !== mask;
  return (
    <Section title={t.request}>
      <h4>
        {t.target} {isWhole && <span class="aside">{t.bytes(target?.length ?? 0)}</span>}
      </h4>
      <div class="block">
        <ShownText text={method === null ? t.notHttp : `${method} ${target ?? ''}`} isCode />
      </div>
      <h4>{t.headers}</h4>
      <Headers pairs={headers} />
      <h4>
        {t.body} {body && <span class="aside">{bodySize(body)}</span>}
      </h4>
      {body ? (
        <div class="block">
          <ShownText text={body.data} isCode />
        </div>
      ) : (
        <p class="none">{t.noBody}</p>
      )}
      {body?.truncated && <p class="note">{t.bodyTruncated}</p>}
      {masked && <p class="note">{t.hidden}</p>}
    </Section>
  );
}

function AnswerSection({ view }: { readonly view: RecordView }): JSX.Element {
  const { record, answerText, forwardAnswerText } = view;
  const { answer, forward, fault } = record;
  return (
    <>
      {forward && (
        <Section title={t.forward}>
          <p>
            <code>{oneLine(forward.url)}</code> · {t.replayVerdicts[forward.verdict] ?? forward.verdict} ·{' '}
            {t.forwardDuration} {duration(forward.durationMs)}
          </p>
          {forwardAnswerText !== null && (
            <>
              <p>
                {t.notRelayed} HTTP {forward.answer?.status}
              </p>
              <BodyText text={forwardAnswerText} />
            </>
          )}
        </Section>
      )}
      <Section title={t.answer}>
        {fault !== undefined && (
          <p class="fault">
            {t.fault}: <code>{oneLine(fault)}</code>
          </p>
        )}
        {answer ? (
          <>
            <p class="answer-status">
              HTTP {answer.status} <AnswerSize view={view} />
            </p>
            {answer.headers && <Headers pairs={answer.headers} />}
            <BodyText text={answerText ?? ''} />
            {answer.truncated && <p class="note">{t.answerTruncated}</p>}
          </>
        ) : (
          <p class="none">{t.noAnswer}</p>
        )}
      </Section>
    </>
  );
}

function Head({ view, onClose }: { readonly view: RecordView; readonly onClose: () => void }): JSX.Element {
  const { row, record, masked, curl, send } = view;
  return (
    <header>
      <div class="heading">
        <button type="button" class="quiet back" onClick={onClose} title={t.back}>
          <Icon name="back" />
          <span class="unseen">{t.back}</span>
        </button>
        <h2 id="detail-title" tabIndex={-1}>
          <VerdictMark verdict={row.verdict} /> {subjectOf(row)}
        </h2>
        <button type="button" class="quiet close" onClick={onClose} title={t.close}>
          <Icon name="close" />
          <span class="unseen">{t.close}</span>
        </button>
      </div>
      <p class="subtitle">{oneLine(row.title)}</p>
      <dl class="facts">
        <div>
          <dt>{t.columns.time}</dt>
          <dd>
            <time title={utcTime(row.at)} dateTime={record.receivedAt}>
              {fullTime(row.at)}
            </time>
          </dd>
        </div>
        <div>
          <dt>{t.verdict}</dt>
          <dd class={row.verdict}>
            {[t.verdicts[row.verdict], row.status ?? t.noAnswer, record.fault]
              .filter((fact) => fact !== undefined)
              .join(' · ')}
          </dd>
        </div>
        {record.orderId !== null && (
          <div>
            <dt>{t.order}</dt>
            <dd>{oneLine(record.orderId)}</dd>
          </div>
        )}
        <div>
          <dt>{t.duration}</dt>
          <dd>{duration(record.durationMs)}</dd>
        </div>
        <div>
          <dt>{t.from}</dt>
          <dd>{oneLine(record.remote)}</dd>
        </div>
      </dl>
      <div class="buttons">
        {curl !== null && <CopyButton text={curl} label={t.copyCurl} />}
        {send !== null && <CopyButton text={send} label={t.copySend(record.action ?? '')} />}
        {!masked && <CopyButton text={JSON.stringify(record, null, 2)} label={t.copyJson} />}
      </div>
    </header>
  );
}

/** Everything about one record. */
export function Detail({
  view,
  csrf,
  reveal,
  onFilter,
  onClose,
}: {
  readonly view: RecordView;
  readonly csrf: string;
  readonly reveal: boolean;
  readonly onFilter: (clause: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { record, masked, meanings } = view;
  // Those of the request, and of what the handler answered to it: people look for the reason first.
  const problems = [...view.problems, ...view.forwardProblems];
  return (
    <article aria-labelledby="detail-title" data-row={optionId(view.row.id)}>
      <Head view={view} onClose={onClose} />
      {problems.length > 0 && (
        <Section title={t.problems}>
          <ProblemList problems={problems} />
        </Section>
      )}
      <Section title={t.parameters}>
        <ParameterTable
          key={view.row.id}
          parameters={record.parameters}
          meanings={meanings}
          onFilter={masked ? undefined : onFilter}
        />
      </Section>
      <Section title={t.token}>
        <p class={`token ${record.token}`}>
          {t.tokens[record.token]} {oneLine(diagnosed(record.tokenDiagnosis ?? ''))}
        </p>
      </Section>
      <AnswerSection key={`answer ${view.row.id}`} view={view} />
      {record.target !== null && record.method !== null && (
        <ReplayPanel key={`replay ${view.row.id} ${masked}`} view={view} csrf={csrf} reveal={reveal} />
      )}
      <RawRequest key={`request ${view.row.id}`} record={record} masked={masked} />
    </article>
  );
}
