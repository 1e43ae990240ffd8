import { type Severity } from '../../protocol/catalogueEntry.ts';
import { type Verdict } from '../../journal/verdict.ts';
import { type ReplayError } from '../../inspector/apiTypes.ts';
import { grouped } from '../grouped.ts';

const number = (count: number): string => grouped(count, ',');
const requests = (count: number): string => (count === 1 ? '1 request' : `${number(count)} requests`);

const verdicts: Record<Verdict, string> = {
  accepted: 'accepted',
  odd: 'odd',
  rejected: 'rejected',
  unanswered: 'unanswered',
  injected: 'injected',
};

const verdictMeanings: Record<Verdict, string> = {
  accepted: 'Answered ok.',
  odd: 'Answered ok, though something about it is odd.',
  rejected: 'Refused.',
  unanswered: 'The caller went away before an answer, or got none.',
  injected: 'Answered with a fault on purpose.',
};

const severities: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'remark' };

const replayErrors: Record<ReplayError['error'], string> = {
  url: 'Write a whole address, such as http://127.0.0.1:8000/webhook.php',
  record: 'The server does not have this request any more.',
  unsendable: 'This request cannot be sent again:',
  busy: 'Other replays are still under way. Try again in a moment.',
  refused: 'The server refused. Reload the page and try again.',
  failed: 'It could not be sent.',
};

/** Every text of the page. Its type is what the other languages have to fill. */
export const en = {
  number,
  months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'],
  requests,
  verdicts,
  /** After a number. */
  counts: verdicts,
  verdictMeanings,
  severities,
  replayErrors,
  live: 'Live',
  loading: 'Loading…',
  reconnecting: 'Reconnecting…',
  serverGone: 'The server is gone. This page goes on as soon as it is back.',
  notLive: 'Not live',
  crowded:
    'Too many pages are open, so this one does not follow by itself. It tries again twice a minute; reload to see what is new.',
  refused: 'The filter has more parts than the server takes: remove some of it.',
  webhook: 'Webhook',
  skipToList: 'Skip to the list',
  reveal: 'Show personal data',
  masked: 'Personal data is masked',
  help: 'Keyboard',
  close: 'Close',
  back: 'Back to the list',
  search: 'Search all parameters',
  searchHint: 'Search',
  phone: 'Phone',
  action: 'Action',
  anyAction: 'Any action',
  filter: 'Filter',
  clear: 'Clear filter',
  remove: (what: string) => `Remove: ${what}`,
  exportRecords: 'Download JSONL',
  exportFailed: 'The download failed. Is the server running?',
  all: 'All',
  chart: 'Arrivals over time',
  chartHint: 'Press to show this time alone.',
  time: (from: string, to: string) => (from === to ? from : `${from} – ${to}`),
  since: (from: string) => `since ${from}`,
  until: (to: string) => `until ${to}`,
  list: 'Requests, newest first',
  fresh: (count: number) => `${count} new`,
  historyError: (why: string) => `Older requests are missing, for the journal could not be read: ${why}`,
  older: 'Older requests are in the journal: roistat-hook log',
  noAction: 'no action',
  notHttp: 'not an HTTP request',
  noAnswer: 'no answer',
  columns: { time: 'Time', action: 'Action', title: 'Title', phone: 'Phone', status: 'Status', order: 'Order' },
  emptyTitle: 'Waiting for the first request',
  emptyText: 'Requests appear here as they come in. Send one from a terminal, in this folder:',
  emptyRoistat:
    'Roistat cannot reach this computer by itself. Its lead handler has to be a public address, such as that of a tunnel to:',
  noMatchTitle: 'Nothing matches',
  noMatchText: (held: number) =>
    held === 0 ? 'Nothing was recorded yet.' : `None of ${requests(held)} meets this filter.`,
  missing: 'This request is no longer held here; roistat-hook log reads the whole journal.',
  failed: 'This request could not be read from the server.',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Not copied',
  copyCurl: 'Copy as curl',
  copySend: (action: string) => `Copy as send-${action}`,
  copyJson: 'Copy JSON',
  showAll: (count: number) => `Show all ${number(count)}`,
  showMore: (count: number) => `Show ${number(count)} more`,
  problems: 'Problems',
  onlyThis: (clause: string) => `Only requests with ${clause}`,
  parameters: 'Parameters',
  parameter: 'Parameter',
  value: 'Value',
  empty: 'empty',
  noParameters: 'There are none.',
  token: 'Token',
  tokens: {
    match: 'It is the right one.',
    mismatch: 'It is not the right one.',
    missing: 'There is none.',
    unchecked: 'Not checked: serve was started without --user and --password.',
  },
  answer: 'Answer',
  answerTruncated: 'Only the beginning was recorded.',
  emptyBody: 'The body is empty.',
  raw: 'As it came',
  pretty: 'Formatted',
  forward: 'Passed on to',
  notRelayed: 'The handler answered, but that was not passed back:',
  fault: 'Injected fault',
  request: 'Request',
  target: 'Request target',
  bytes: (count: number) => `${number(count)} ${count === 1 ? 'byte' : 'bytes'}`,
  headers: 'Headers',
  body: 'Body',
  noBody: 'There is none.',
  bodyTruncated: 'Only the beginning is kept.',
  hidden: 'Hidden while personal data is masked.',
  from: 'From',
  duration: 'Decided in',
  answeredIn: 'Answered in',
  forwardDuration: 'Handler took',
  order: 'Order',
  replay: 'Replay',
  replayTo: 'Send it again to',
  replaySend: 'Send',
  replaySending: 'Sending…',
  signatures: {
    recorded: 'It goes out byte for byte as it came, with its token.',
    credentials:
      'It goes out as it came, but its token was masked when it was recorded: it is signed anew with the login and password of serve.',
    empty:
      'It goes out as it came, but its token was masked when it was recorded: it is signed with an empty login and password. If the handler wants others, start serve with --user and --password.',
  },
  replayVerdicts: {
    accepted: 'accepted',
    rejected: 'rejected',
    unreachable: 'unreachable',
    'not-sent': 'not sent',
  } as Readonly<Record<string, string>>,
  original: 'Recorded',
  replayed: 'Replay',
  differs: 'differs',
  same: 'The answers are the same.',
  status: 'Status',
  verdict: 'Verdict',
  shortcuts: {
    'j, ↓': 'next request',
    'k, ↑': 'previous request',
    Enter: 'go into the request',
    '/': 'search',
    Escape: 'close, or leave the field',
    '?': 'this list',
  } as Readonly<Record<string, string>>,
};

export type Messages = typeof en;
