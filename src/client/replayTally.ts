import { type ProblemCode } from '../protocol/problems.ts';
import { type Resent } from './handlerCaller.ts';
import { Latencies } from './latencies.ts';

/** What came of the records of a replay. */
export class ReplayTally {
  readonly latencies = new Latencies();
  readonly problems = new Map<ProblemCode, number>();
  /** Records that could not be sent, by the reason. */
  readonly reasons = new Map<string, number>();
  /** Answers that differ from the recorded one, by the path of the difference. */
  readonly paths = new Map<string, number>();
  accepted = 0;
  rejected = 0;
  unreachable = 0;
  notSent = 0;
  skipped = 0;
  different = 0;
  /** Answers that have no recorded one to be compared with. */
  incomparable = 0;

  /** Requests that went out. */
  get sent(): number {
    return this.accepted + this.rejected + this.unreachable;
  }

  /** Records that were dealt with, one way or another. */
  get total(): number {
    return this.sent + this.notSent + this.skipped;
  }

  /** `paths` of the differences; `incomparable` without a recorded answer; undefined when nothing was compared. */
  add(resent: Resent, differences: { readonly paths: readonly string[] } | 'incomparable' | undefined): void {
    if (resent.kind === 'unsendable') {
      this.skipped += 1;
      count(this.reasons, resent.code);
      return;
    }
    const { verdict, problems, answer } = resent.delivery;
    if (verdict === 'not-sent') this.notSent += 1;
    else this[verdict] += 1;
    for (const code of new Set(problems.map((problem) => problem.code))) count(this.problems, code);
    if (answer) this.latencies.add(answer.durationMs);
    if (differences === 'incomparable') this.incomparable += 1;
    else if (differences && differences.paths.length > 0) {
      this.different += 1;
      for (const path of new Set(differences.paths)) count(this.paths, path);
    }
  }
}

/** Kinds that are told apart; handlers may make up as many paths as they like. */
const mostKinds = 1000;

function count<Kind>(counts: Map<Kind, number>, kind: Kind): void {
  if (counts.has(kind) || counts.size < mostKinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
}
