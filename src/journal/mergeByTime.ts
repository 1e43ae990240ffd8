import { type ScanEntry } from './journal.ts';

/** Entries of one file or stream, in the order in which they are wanted. */
export interface EntrySource {
  /**
   * When its first entry came in, or a moment before which (newest first: after which) none did. Nothing is opened
   * until it is the turn of that moment.
   */
  readonly time: string;
  readonly entries: () => AsyncGenerator<ScanEntry>;
}

/** A place in the order of all; entries of one moment stand in the order of their sources. */
interface Place {
  readonly time: string;
  readonly index: number;
}

const byTime = (a: Place, b: Place): number => (a.time < b.time ? -1 : a.time > b.time ? 1 : a.index - b.index);

/** An entry whose turn is to come, and those behind it in its source. */
interface Head extends Place {
  readonly entry: ScanEntry;
  readonly rest: AsyncGenerator<ScanEntry>;
}

/**
 * Entries of many sources in order of time; within a source its own order holds, for clocks may step back. A line that
 * cannot be read goes with the one before it. A source that fails ends; its error is thrown when all others are through.
 */
export async function* mergeByTime(
  sources: readonly EntrySource[],
  newestFirst = false,
): AsyncGenerator<ScanEntry, void, undefined> {
  const isBefore = (a: Place, b: Place): boolean => (newestFirst ? byTime(a, b) > 0 : byTime(a, b) < 0);
  const places = sources.map(({ time, entries }, index) => ({ time, index, entries }));
  // The next one last, where it is taken from quickly.
  const asleep = places.toSorted((a, b) => (isBefore(a, b) ? 1 : -1));
  const heads = new Map<number, Head>();
  const errors: unknown[] = [];

  async function advance({ index, time }: Place, rest: AsyncGenerator<ScanEntry>): Promise<void> {
    heads.delete(index);
    try {
      const { done, value: entry } = await rest.next();
      if (done) return;
      heads.set(index, { index, time: entry.kind === 'record' ? entry.record.receivedAt : time, entry, rest });
    } catch (error) {
      errors.push(error);
    }
  }

  function first(): Head | undefined {
    let best: Head | undefined;
    for (const head of heads.values()) if (!best || isBefore(head, best)) best = head;
    return best;
  }

  try {
    while (true) {
      const head = first();
      const next = asleep.at(-1);
      if (next && !(head && isBefore(head, next))) {
        asleep.pop();
        await advance(next, next.entries());
      } else if (head) {
        yield head.entry;
        await advance(head, head.rest);
      } else break;
    }
  } finally {
    for (const { rest } of heads.values()) await rest.return(undefined);
  }
  if (errors.length > 0) throw errors[0];
}
