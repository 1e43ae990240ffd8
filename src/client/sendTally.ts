import { type Problem, type ProblemCode } from '../protocol/problems.ts';
import { Latencies } from './latencies.ts';

/** What came of one of many requests. */
export interface Judged {
  readonly verdict: 'accepted' | 'rejected' | 'unreachable';
  /** As it was sent. */
  readonly target: string;
  readonly problems: readonly Problem[];
  readonly orderId: string | undefined;
  /** Undefined without an answer. */
  readonly durationMs: number | undefined;
}

/** A request that has a problem. */
interface Example {
  /** Its number among all, from 0. */
  readonly index: number;
  readonly target: string;
  readonly problem: Problem;
  readonly orderId: string | undefined;
}

interface ProblemCount {
  count: number;
  /** That with the lowest number. */
  first: Example;
}

/** What came of many requests. The memory it takes does not grow with their number. */
export class SendTally {
  readonly latencies = new Latencies();
  readonly problems = new Map<ProblemCode, ProblemCount>();
  /** The one with the lowest number that was rejected; undefined when none was. */
  firstRejected: { readonly index: number; readonly target: string } | undefined;
  accepted = 0;
  rejected = 0;
  unreachable = 0;
  /** Begun, and given up before an answer came. */
  unfinished = 0;

  /** Requests that got an answer. */
  get answered(): number {
    return this.accepted + this.rejected;
  }

  /** Requests that went out. */
  get sent(): number {
    return this.accepted + this.rejected + this.unreachable + this.unfinished;
  }

  add(index: number, { verdict, target, problems, orderId, durationMs }: Judged): void {
    this[verdict] += 1;
    if (durationMs !== undefined) this.latencies.add(durationMs);
    if (verdict === 'rejected' && !(this.firstRejected && this.firstRejected.index < index)) {
      this.firstRejected = { index, target };
    }
    if (problems.length === 0) return;
    const seen = new Set<ProblemCode>();
    for (const problem of problems) {
      if (seen.has(problem.code)) continue;
      seen.add(problem.code);
      this.#count({ index, target, problem, orderId });
    }
  }

  #count(example: Example): void {
    const known = this.problems.get(example.problem.code);
    if (!known) {
      this.problems.set(example.problem.code, { count: 1, first: example });
      return;
    }
    known.count += 1;
    if (example.index < known.first.index) known.first = example;
  }
}
