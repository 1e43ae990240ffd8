import { type Delivery } from '../client/delivery.ts';
// `import type` leaves no import behind, which would load the HTTP client with the first request to the page.
import type { Resend, Resent } from '../client/handlerCaller.ts';
import { type Changes } from '../client/recordedRequest.ts';
import { type JournalRecord, type RecordedAnswer } from '../journal/record.ts';
import { type Answer } from '../protocol/judgeAnswer.ts';
import { excerpt } from '../protocol/excerpt.ts';
import { mask } from '../protocol/mask.ts';
import { emptyCredentialsToken } from '../protocol/publicTokens.ts';
import { type Credentials, signToken } from '../protocol/token.ts';
import { answerDifferences } from '../report/replay/answerDifferences.ts';
import { orderIdShown, secretHider, shownDelivery } from '../report/shownDelivery.ts';
import { type RecordView, type ReplayError, type ReplayRequest, type ReplayResult } from './apiTypes.ts';
import { type Redaction } from './redact.ts';
import { shownProblem } from './shownProblem.ts';

/** Sends a record to a handler again. */
export type SendAgain = (what: Resend) => Promise<Resent>;

/** How a replay is signed: the recorded token stays where it is known, else that of the credentials or of nobody. */
export function signatureOf(
  { parameters }: JournalRecord,
  credentials: Credentials | undefined,
): { readonly kind: RecordView['signature']; readonly changes: Changes } {
  const isMasked = Object.hasOwn(parameters, 'token') && parameters['token'] === mask;
  if (!isMasked) return { kind: 'recorded', changes: {} };
  if (!credentials) return { kind: 'empty', changes: { token: emptyCredentialsToken } };
  return { kind: 'credentials', changes: { token: signToken(credentials), user: credentials.user } };
}

/** The address that a user typed, or undefined when it is not one of http or https. */
export function replayUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url : undefined;
}

/** What the page asked for; undefined when it is not that. */
export function readReplayRequest(body: string): ReplayRequest | undefined {
  try {
    const value = JSON.parse(body) as Partial<ReplayRequest> | null;
    if (typeof value?.id === 'string' && typeof value.url === 'string') return { id: value.id, url: value.url };
  } catch {
    // The same answer for both.
  }
  return undefined;
}

export const replayError = (error: ReplayError['error'], detail = ''): ReplayError => ({ error, detail });

function differsFrom(recorded: RecordedAnswer, now: Answer): ReplayResult['differs'] {
  const paths = answerDifferences(recorded, now).map(({ path }) => path);
  return { status: paths.includes('status'), body: paths.some((path) => path !== 'status') };
}

/** A delivery for the page: without secrets, and with a redaction, without personal data of the record that was sent. */
export function replayResult(
  record: JournalRecord,
  delivery: Delivery,
  redaction: Redaction | undefined,
): ReplayResult {
  const { verdict, problems, answer } = shownDelivery(delivery, false);
  // Whole, for a name that is cut in the middle is not known any more.
  const orderId = delivery.orderId === undefined ? undefined : secretHider(delivery.request, false)(delivery.orderId);
  const hide = redaction?.text ?? ((text: string): string => text);
  const hideId = redaction?.id ?? hide;
  return {
    verdict,
    status: answer?.status ?? null,
    orderId: orderId === undefined ? null : excerpt(hideId(orderId), orderIdShown),
    body: answer ? hide(answer.bodyText) : null,
    durationMs: answer?.durationMs ?? null,
    differs: record.answer && delivery.answer ? differsFrom(record.answer, delivery.answer) : null,
    problems: problems.map((found) => shownProblem({ ...found, path: hide(found.path), detail: hide(found.detail) })),
  };
}
