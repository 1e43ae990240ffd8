import { excerpt } from '../protocol/excerpt.ts';
import { type Clause, type Miss } from './filter.ts';
import { type JournalRecord } from './record.ts';

/** Records of one action that did not match for the same reason. */
export interface MissGroup {
  /** Null for records without an action. */
  readonly action: string | null;
  readonly kind: Miss['kind'];
  /** The clause that they do not meet, where that is the reason. */
  readonly clause: Clause | undefined;
  /** Whether they lack the parameter of the clause altogether, or have no order. */
  readonly lacks: boolean;
  readonly count: number;
  /** The last different values of the parameter, or ids of orders; untrusted. */
  readonly values: readonly string[];
}

const mostGroups = 50;
const mostValues = 3;
const valueLimit = 100;

/** Counts records that did not match, by action and reason. Takes little memory, whatever comes in. */
export class Misses {
  readonly #groups = new Map<string, MissGroup>();
  #ungrouped = 0;

  add({ action }: JournalRecord, miss: Miss): void {
    const clause = miss.kind === 'clause' ? miss.clause : undefined;
    const actual = 'actual' in miss ? miss.actual : undefined;
    const shortAction = action === null ? null : excerpt(action, valueLimit);
    const lacks = 'actual' in miss && actual === undefined;
    const { kind } = miss;
    const key = JSON.stringify([shortAction, kind, clause, lacks]);
    const group = this.#groups.get(key);
    if (!group && this.#groups.size >= mostGroups) {
      this.#ungrouped += 1;
      return;
    }
    const { count = 0, values = [] } = group ?? {};
    const value = actual === undefined ? [] : [excerpt(actual, valueLimit)];
    this.#groups.set(key, {
      action: shortAction,
      kind,
      clause,
      lacks,
      count: count + 1,
      values: [...new Set([...value, ...values])].slice(0, mostValues),
    });
  }

  /** The groups, the largest first. */
  get groups(): readonly MissGroup[] {
    return Array.from(this.#groups.values()).toSorted((a, b) => b.count - a.count);
  }

  /** Records that are in no group, for there were too many. */
  get ungrouped(): number {
    return this.#ungrouped;
  }
}
