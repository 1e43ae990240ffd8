import { type JournalRecord } from './record.ts';

/**
 * What became of a request, the best first: answered ok without a warning, answered ok though something about it is
 * odd, refused (by us, or by the handler behind us), not answered at all, answered with a fault on purpose.
 */
export const verdicts = ['accepted', 'odd', 'rejected', 'unanswered', 'injected'] as const;

export type Verdict = (typeof verdicts)[number];

/** The verdict on a record: the one word by which lists, filters and charts sort it. */
export function verdictOf({ answer, forward, fault, problems }: JournalRecord): Verdict {
  if (fault !== undefined) return 'injected';
  if (!answer) return 'unanswered';
  if (answer.status < 200 || answer.status > 299) return 'rejected';
  // A handler may refuse within a 200.
  if (forward && forward.verdict !== 'accepted') return 'rejected';
  const all = [...problems, ...(forward?.problems ?? [])];
  return all.some(({ severity }) => severity !== 'info') ? 'odd' : 'accepted';
}
