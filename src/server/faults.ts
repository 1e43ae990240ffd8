import { type Random } from '../protocol/random.ts';

/** Kinds of answers that go wrong on purpose; `slow` is a right one that comes late. */
export const faultKinds = [
  'error-status',
  'no-order-id',
  'bad-json',
  'html',
  'http-500',
  'slow',
  'reset',
  'redirect',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** As it is recorded: `http-500`, or `slow=600s` for a time that was asked for as `slow=10m`. */
  readonly name: string;
  /** How much later a slow answer comes, in milliseconds; 0 for the other kinds. */
  readonly delayMs: number;
}

export interface FaultShare {
  readonly fault: Fault;
  /** The part of all answers that it takes, 0 < share ≤ 1. */
  readonly share: number;
}

/** Gives the fault for the next request that would be answered ok; undefined for none. */
export type FaultSource = () => Fault | undefined;

/** Draws one number for each request; the shares add up to 1 at most, and what is left is answered normally. */
export function faultsByShare(shares: readonly FaultShare[], random: Random): FaultSource {
  return () => {
    let left = random();
    for (const { fault, share } of shares) {
      left -= share;
      if (left < 0) return fault;
    }
    return undefined;
  };
}

/** One after another; undefined in the list is a normal answer, and after its end all are. */
export function faultsInSequence(sequence: ReadonlyArray<Fault | undefined>): FaultSource {
  let next = 0;
  return () => {
    next += 1;
    return sequence[next - 1];
  };
}
