import { type EntryBatch } from './entriesOfBlocks.ts';
import { type ScanEntry } from './journal.ts';

/** Entries of one file or stream, in the order in which they are wanted. */
export interface EntrySource {
  /**
   * When its first entry came in, or a moment before which (newest first: after which) none did. Nothing is opened
   * until it is the turn of that moment.
   */
  readonly time: string;
  readonly entries: () => AsyncGenerator<EntryBatch>;
}

/** A place in the order of all; entries of one moment stand in the order of their sources. */
interface Place {
  readonly time: string;
  readonly index: number;
}

const byTime = (a: Place, b: Place): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.index - b.index);

/** Entries of a batch whose turn is to come, from the one at `at` on, and those behind them in their source. */
interface Head extends Place {
  readonly batch: EntryBatch;
  readonly at: number;
  readonly rest: AsyncGenerator<EntryBatch>;
}

/** When an entry came in; a line that cannot be read goes with the one before it, of the time `before`. */
const timeOf = (entry: ScanEntry, before: string): string =>
  entry.kind === 'record' ? entry.record.receivedAt : before;

/**
 * Entries of many sources in order of time; within a source its own order holds, for clocks may step back. A line that
 * cannot be read goes with the one before it. A source that fails ends; its error is thrown when all others are through.
 */
export async function* mergeByTime(
  sources: readonly EntrySource[],
  newestFirst = false,
): AsyncGenerator<EntryBatch, void, undefined> {
  const isBefore = (a: Place, b: Place): boolean => (newestFirst ? byTime(a, b) > 0 : byTime(a, b) < 0);
  const places = sources.map(({ time, entries }, index) => ({ time, index, entries }));
  // The next one last, where it is taken from quickly.
  const asleep = places.toSorted((a, b) => (isBefore(a, b) ? 1 : -1));
  const heads = new Map<number, Head>();
  const errors: unknown[] = [];

  async function advance({ index, time }: Place, rest: AsyncGenerator<EntryBatch>): Promise<void> {
    heads.delete(index);
    try {
      for (let next = await rest.next(); !next.done; next = await rest.next()) {
        const batch = next.value;
        if (!batch[0]) continue;
        heads.set(index, { index, time: timeOf(batch[0], time), batch, at: 0, rest });
        return;
      }
    } catch (error) {
      errors.push(error);
    }
  }

  function first(): Head | undefined {
    let best: Head | undefined;
    for (const head of heads.values()) if (!best || isBefore(head, best)) best = head;
    return best;
  }

  /** The head of the same source behind all entries that come before those of the others. */
  function behindOthers(head: Head): Head {
    const others = [asleep.at(-1), ...heads.values()].filter((place) => place !== undefined && place !== head);
    let { at, time } = head;
    for (let entry = head.batch[at]; entry; entry = head.batch[(at += 1)]) {
      const place = { index: head.index, time: timeOf(entry, time) };
      if (at > head.at && others.some((other) => other && !isBefore(place, other))) return { ...head, at, ...place };
      time = place.time;
    }
    return { ...head, at, time };
  }

  try {
    while (true) {
      const head = first();
      const next = asleep.at(-1);
      if (next && !(head && isBefore(head, next))) {
        asleep.pop();
        await advance(next, next.entries());
      } else if (head) {
        const behind = behindOthers(head);
        yield head.batch.slice(head.at, behind.at);
        if (behind.at < head.batch.length) heads.set(head.index, behind);
        else await advance(behind, behind.rest);
      } else break;
    }
  } finally {
    for (const { rest } of heads.values()) await rest.return(undefined);
  }
  if (errors.length > 0) throw errors[0];
}
