import { type JSX } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { type Row, type Session } from '../inspector/apiTypes.ts';
import { filterQuery, hasFilter, noFilter, rowQuery } from './address.ts';
import { downloadRecords } from './api.ts';
import { countAll } from './buckets.ts';
import { Chart } from './chart.tsx';
import { CopyButton } from './copyButton.tsx';
import { FirstRequest, NoMatch } from './emptyStates.tsx';
import { type First } from './first.ts';
import { Help } from './help.tsx';
import { Icon, Logo } from './icons.tsx';
import { t } from './language.ts';
import { RecordPane } from './recordPane.tsx';
import { RecordList } from './recordList.tsx';
import { oneLine } from './shownText.tsx';
import { Counters, Toolbar } from './toolbar.tsx';
import { useAddress } from './useAddress.ts';
import { type Feed, useFeed } from './useFeed.ts';
import { useKeys } from './useKeys.ts';
import { useRecord } from './useRecord.ts';
import { useSession } from './useSession.ts';

function Header({
  session,
  state,
  reveal,
  onReveal,
  onHelp,
}: {
  readonly session: Session | undefined;
  readonly state: Feed['state'];
  readonly reveal: boolean;
  readonly onReveal: () => void;
  readonly onHelp: () => void;
}): JSX.Element {
  const states = { live: t.live, loading: t.loading, gone: t.reconnecting, crowded: t.notLive, refused: t.notLive };
  return (
    <header class="top">
      <h1>
        <Logo /> roistat-hook
      </h1>
      {session && (
        <p class="webhook">
          <span class="aside">{t.webhook}</span> <code>{session.webhook}</code>
          <CopyButton text={session.webhook} label={t.copy} isQuiet />
        </p>
      )}
      <p class={`connection ${state}`} role="status">
        {states[state]}
      </p>
      {session?.redact && (
        <button
          type="button"
          class="quiet"
          aria-pressed={reveal}
          title={reveal ? t.reveal : t.masked}
          onClick={onReveal}
        >
          <Icon name={reveal ? 'eye' : 'hidden'} />
          <span class="unseen">{t.reveal}</span>
        </button>
      )}
      <button type="button" class="quiet" title={t.help} onClick={onHelp}>
        <kbd aria-hidden="true">?</kbd>
        <span class="unseen">{t.help}</span>
      </button>
    </header>
  );
}

export function App({ first }: { readonly first: First }): JSX.Element {
  const [run, setRun] = useState<string>();
  const session = useSession(run, first);
  const { address, go } = useAddress();
  const [reveal, setReveal] = useState(false);
  const [isHelp, setHelp] = useState(false);
  const [notice, setNotice] = useState('');
  const isMasked = (session?.redact ?? false) && !reveal;
  const revealed = session?.redact && reveal ? '&reveal=1' : '';
  const query = rowQuery(address) + revealed;
  const feed = useFeed(query, revealed !== '', setRun, first);
  const { view, retry } = useRecord(address.id, reveal, session?.instance);
  const { verdict, id } = address;
  const { counts } = feed;
  const all = countAll(counts);
  const count = verdict === '' ? all : counts[verdict];
  const rows = useMemo(
    () => (verdict === '' ? feed.rows : feed.rows.filter((row) => row.verdict === verdict)),
    [feed.rows, verdict],
  );
  // The bars of before stay until all rows are there.
  const charted = useRef<readonly Row[]>([]);
  if (feed.isWhole) charted.current = rows;
  const open = useCallback((next: string) => go({ id: next }), [go]);
  const close = (): void => {
    go({ id: '' });
    document.querySelector<HTMLElement>('#list')?.focus();
  };
  useKeys({
    onMove: (step) => {
      const index = rows.findIndex((row) => row.id === id);
      const next = rows[index < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, index + step))];
      // Going through a list with the keys is one step back.
      if (next) go({ id: next.id }, id === '' ? 'step' : 'typing');
    },
    onEnter: () => {
      const [newest] = rows;
      if (id === '' && newest) go({ id: newest.id });
      document.querySelector<HTMLElement>('#detail-title')?.focus();
    },
    onEscape: close,
    onHelp: () => setHelp(true),
  });
  const download = (): void => {
    setNotice('');
    downloadRecords(filterQuery(address) + revealed).catch(() => setNotice(t.exportFailed));
  };
  const isFirst = feed.state !== 'loading' && feed.held === 0 && !hasFilter(address);
  const showsDetail = id !== '' && view !== undefined;
  return (
    <>
      <a
        class="skip"
        href="#list"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('#list')?.focus();
        }}
      >
        {t.skipToList}
      </a>
      <Header
        session={session}
        state={feed.state}
        reveal={reveal}
        onReveal={() => setReveal(!reveal)}
        onHelp={() => setHelp(true)}
      />
      {feed.state === 'gone' && <p class="banner">{t.serverGone}</p>}
      {feed.state === 'crowded' && <p class="banner">{t.crowded}</p>}
      {feed.state === 'refused' && <p class="banner">{t.refused}</p>}
      {feed.historyError !== undefined && <p class="banner">{t.historyError(oneLine(feed.historyError))}</p>}
      {notice !== '' && (
        <p class="banner" role="alert">
          {notice}
        </p>
      )}
      <main class={showsDetail ? 'split' : ''}>
        <div class="left">
          {!isFirst && (
            <>
              <Toolbar address={address} rows={feed.rows} go={go}>
                <button
                  type="button"
                  class="export"
                  aria-label={t.exportRecords}
                  disabled={isMasked}
                  title={isMasked ? t.hidden : t.exportRecords}
                  onClick={download}
                >
                  <Icon name="download" />
                  <span>{t.exportRecords}</span>
                </button>
              </Toolbar>
              <div class="overview">
                <Counters counts={counts} total={all} chosen={verdict} onChoose={(next) => go({ verdict: next })} />
                {count > 0 && (
                  <Chart
                    rows={charted.current}
                    onPick={({ from, to }) =>
                      go({ since: new Date(from).toISOString(), until: new Date(to).toISOString() })
                    }
                  />
                )}
              </div>
            </>
          )}
          {isFirst && session && <FirstRequest session={session} />}
          {!isFirst && count === 0 && feed.state !== 'loading' && (
            <NoMatch held={feed.held} onClear={() => go(noFilter)} />
          )}
          {count > 0 && (
            <RecordList
              key={`${feed.query} ${verdict}`}
              rows={rows}
              count={Math.max(count, rows.length)}
              selected={id}
              hasOlder={feed.dropped}
              isBusy={feed.query !== query}
              onOpen={open}
            />
          )}
        </div>
        {showsDetail && (
          <RecordPane
            view={view}
            csrf={session?.csrf ?? ''}
            reveal={reveal}
            onFilter={(clause) => go({ where: [...address.where.filter((other) => other !== clause), clause] })}
            onRetry={retry}
            onClose={close}
          />
        )}
      </main>
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </>
  );
}
