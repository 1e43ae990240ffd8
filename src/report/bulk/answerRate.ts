import { type SendTally } from '../../client/sendTally.ts';

/** Answers a second. A request without an answer is no work done, so it does not count. */
export function answersPerSecond({ answered }: SendTally, ms: number): number {
  return answered / (Math.max(ms, 1) / 1000);
}

export const shownRate = (rate: number): string => `${rate >= 100 ? Math.round(rate) : rate.toFixed(1)}/s`;

/** The same words while leads are sent and at the end. */
export function shownAnswerRate(tally: SendTally, ms: number): string {
  return `${shownRate(answersPerSecond(tally, ms)).replace(/\/s$/, '')} answers/s`;
}
