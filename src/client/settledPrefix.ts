interface Ticket<Name> {
  readonly name: Name;
  isSettled: boolean;
}

/** Knows up to where everything that was begun, in order, is settled, whatever the order in which it was settled. */
export class SettledPrefix<Name> {
  readonly #open: Array<Ticket<Name>> = [];
  #last: Name | undefined;
  #count = 0;
  #beyond = 0;

  /** The last one such that it and all before it are settled; undefined before the first. */
  get last(): Name | undefined {
    return this.#last;
  }

  /** How many they are, it and all before it. */
  get count(): number {
    return this.#count;
  }

  /** How many behind it are settled, too. */
  get beyond(): number {
    return this.#beyond;
  }

  /** Whether all that was begun is settled. */
  get isWhole(): boolean {
    return this.#open.length === 0;
  }

  /** Begins the next one; calling what comes back settles it. */
  begin(name: Name): () => void {
    const ticket: Ticket<Name> = { name, isSettled: false };
    this.#open.push(ticket);
    return () => {
      if (ticket.isSettled) return;
      ticket.isSettled = true;
      this.#beyond += 1;
      while (this.#open[0]?.isSettled) {
        this.#last = this.#open.shift()?.name;
        this.#beyond -= 1;
        this.#count += 1;
      }
    };
  }
}
