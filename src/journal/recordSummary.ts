import { excerpt } from '../protocol/excerpt.ts';
import { guessSource } from '../protocol/guessSource.ts';
import { type JournalRecord } from './record.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** How often something was there. */
export interface Count {
  readonly name: string;
  readonly count: number;
}

/** Counts by name. Only so many names are kept, whatever comes in; the rest is counted as one. */
class Counts {
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  #others = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(name: string): void {
    const short = excerpt(name, 100);
    const count = this.#counts.get(short);
    if (count === undefined && this.#counts.size >= this.#most) this.#others += 1;
    else this.#counts.set(short, (count ?? 0) + 1);
  }

  get all(): Count[] {
    return Array.from(this.#counts, ([name, count]) => ({ name, count }));
  }

  /** The largest first. */
  get bySize(): Count[] {
    return this.all.toSorted((a, b) => b.count - a.count);
  }

  get others(): number {
    return this.#others;
  }
}

/** A day of the calendar, and how many of its records have which verdict. */
export interface DayCount {
  readonly day: string;
  readonly count: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
}

const mostNames = 100;
/** Ten years. */
const mostDays = 3660;

/** Counts records by what people ask first. Takes little memory, whatever comes in. */
export class RecordSummary {
  readonly #dayOf: (receivedAt: string) => string;
  readonly #days = new Map<string, DayCount>();
  readonly #names = {
    actions: new Counts(mostNames),
    sources: new Counts(mostNames),
    verdicts: new Counts(mostNames),
    problems: new Counts(mostNames),
  };
  #records = 0;
  #otherDays = 0;

  /** `dayOf` gives the day of a moment, `2026-11-22`, where the reader is. */
  constructor(dayOf: (receivedAt: string) => string) {
    this.#dayOf = dayOf;
  }

  add(record: JournalRecord): void {
    const { actions, sources, verdicts, problems } = this.#names;
    const verdict = verdictOf(record);
    this.#records += 1;
    actions.add(record.action ?? '');
    if (record.action === 'lead') sources.add(guessSource(record.parameters['title'] ?? '') ?? 'other');
    verdicts.add(verdict);
    const codes = [...record.problems, ...(record.forward?.problems ?? [])].map(({ code }) => code);
    for (const code of new Set(codes)) problems.add(code);
    this.#addDay(this.#dayOf(record.receivedAt), verdict);
  }

  #addDay(day: string, verdict: Verdict): void {
    const { count = 0, verdicts = {} } = this.#days.get(day) ?? {};
    if (count === 0 && this.#days.size >= mostDays) this.#otherDays += 1;
    else
      this.#days.set(day, {
        day,
        count: count + 1,
        verdicts: { ...verdicts, [verdict]: (verdicts[verdict] ?? 0) + 1 },
      });
  }

  get records(): number {
    return this.#records;
  }

  /** In order of time. */
  get days(): DayCount[] {
    return Array.from(this.#days.values()).toSorted((a, b) => (a.day < b.day ? -1 : 1));
  }

  /** `action` is empty for requests without one. */
  get actions(): Count[] {
    return this.#names.actions.bySize;
  }

  /** Of leads only, guessed from their titles. */
  get sources(): Count[] {
    return this.#names.sources.bySize;
  }

  get verdicts(): Count[] {
    return this.#names.verdicts.bySize;
  }

  /** Records with a problem, by its code. */
  get problems(): Count[] {
    return this.#names.problems.bySize;
  }

  /** What is not among the others, for there were too many names. */
  get uncounted(): { days: number; actions: number; problems: number } {
    return { days: this.#otherDays, actions: this.#names.actions.others, problems: this.#names.problems.others };
  }
}
