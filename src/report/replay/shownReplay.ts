import { type Resent } from '../../client/handlerCaller.ts';
import { type Problem } from '../../protocol/problems.ts';
import { type JournalRecord } from '../../journal/record.ts';
import { excerpt } from '../../protocol/excerpt.ts';
import { maskPii } from '../maskPii.ts';
import { maskTargetPii } from '../maskTargetPii.ts';
import { lookedAt } from '../shown.ts';
import { secretHider, shownDelivery } from '../shownDelivery.ts';
import { type Style } from '../style.ts';
import { type Difference } from './answerDifferences.ts';

/** A record that was sent again, and where its answer differs from the recorded one. */
export interface Replayed {
  readonly record: JournalRecord;
  readonly resent: Resent;
  /** Undefined unless answers are compared; `incomparable` when there is no recorded answer. */
  readonly differences: readonly Difference[] | 'incomparable' | undefined;
}

/** The same as it may be shown: without secrets, and without personal data unless it is wanted. */
export interface ShownReplayed {
  readonly record: JournalRecord;
  readonly verdict: 'accepted' | 'rejected' | 'unreachable' | 'not-sent' | 'skipped';
  /** Why it was skipped. */
  readonly reason: string | undefined;
  readonly action: string;
  readonly status: number | undefined;
  readonly orderId: string | undefined;
  readonly durationMs: number | undefined;
  readonly problems: readonly Problem[];
  readonly differences: readonly Difference[] | 'incomparable' | undefined;
  /** One byte a character (latin1). */
  readonly url: string | undefined;
}

/** An address whose query has no personal data; the path was typed, not recorded. */
function withoutPii(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark) + maskTargetPii(url.slice(mark));
}

export function shownReplayed({ record, resent, differences }: Replayed, style: Style): ShownReplayed {
  const { showPii, showSecrets } = style;
  const masked = (text: string): string => {
    const beginning = excerpt(text, lookedAt);
    return showPii ? beginning : maskPii(beginning);
  };
  if (resent.kind === 'unsendable') {
    const reason = masked(resent.reason);
    const nothing = { status: undefined, orderId: undefined, durationMs: undefined, url: undefined };
    return { record, verdict: 'skipped', reason, action: record.action ?? '', ...nothing, problems: [], differences };
  }
  const { request, answer } = resent.delivery;
  const { action, verdict, orderId, problems, url } = shownDelivery(
    { ...resent.delivery, answer: undefined },
    showSecrets,
  );
  const hide = secretHider(request, showSecrets);
  const shown = (text: string | undefined): string | undefined => text && masked(hide(text));
  return {
    record,
    verdict,
    reason: undefined,
    action,
    status: answer?.status,
    orderId,
    durationMs: answer?.durationMs,
    problems: problems.map((problem) => ({ ...problem, detail: masked(problem.detail) })),
    differences: Array.isArray(differences)
      ? (differences as readonly Difference[]).map(({ path, recorded, now }) => ({
          path: masked(hide(path)),
          recorded: shown(recorded),
          now: shown(now),
        }))
      : differences,
    url: showPii ? url : withoutPii(url),
  };
}
