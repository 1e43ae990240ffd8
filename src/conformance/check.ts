import { type Exchange } from './exchange.ts';
import { type Probe } from './probe.ts';

/** As in RFC 2119. A failed MUST fails the run, a failed SHOULD warns, a failed MAY is a remark. */
export type Level = 'MUST' | 'SHOULD' | 'MAY';

/** Something that a check found wrong. */
export interface Finding {
  /** What a right handler answers. */
  readonly expected: string;
  /** What came instead; may hold text from the network. */
  readonly received: string;
  /** What to do about this very finding, where that is more than the check's `mend` says. */
  readonly advice?: string | undefined;
  /** The requests that show it, in the order sent. */
  readonly exchanges: readonly Exchange[];
  /** Whether they were sent at the same time. */
  readonly atOnce?: boolean;
}

export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly outcome: 'skipped'; readonly reason: string };

/** One rule of the protocol, and how a handler is asked whether it keeps it. Its id is its key in the registry. */
export interface Check {
  readonly level: Level;
  /** One sentence that begins with the level. */
  readonly title: string;
  /** What is sent. */
  readonly sends: string;
  /** What a failure means for Roistat and the shop. */
  readonly means: string;
  /** How to mend the handler, with PHP in mind. */
  readonly mend: string;
  /** Leads that a right handler takes from this check, beside the reference lead. */
  readonly leads: number;
  /** Whether it takes the reference lead, which is sent once for all checks, to judge a right handler. */
  readonly usesReference: boolean;
  /** Whether it looks at the answer to the reference lead itself; other checks say little when that is refused. */
  readonly judgesReference?: boolean;
  /** Whether a failure makes all further checks pointless. */
  readonly stops?: boolean;
  readonly run: (probe: Probe) => Promise<Verdict>;
}

export const passed: Verdict = { outcome: 'passed' };

export function skipped(reason: string): Verdict {
  return { outcome: 'skipped', reason };
}

/** Passed without findings, failed with. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const [first, ...others] = findings;
  return first ? { outcome: 'failed', findings: [first, ...others] } : passed;
}
