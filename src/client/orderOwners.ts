/** By what a handler may know a client again. */
export interface LeadClient {
  readonly id: string;
  readonly phone: string;
  readonly email: string;
}

interface Owner {
  /** Number of the lead that got the order first. */
  readonly index: number;
  /** `joined`: a lead of the same client got it, too, so whoever else gets it may be the same client in turn. */
  state: 'alone' | 'joined' | 'shared';
}

/** Orders that are kept; a handler that gives one order to all shows it among the first. */
const mostKept = 1000;
/** A handler may answer a megabyte of order id. */
const longestKept = 200;

/** Whether two leads are of different clients, whatever the handler joins leads by: the id, the phone or the e-mail. */
function areApart(one: LeadClient, other: LeadClient): boolean {
  const contacts = [
    [one.phone, other.phone],
    [one.email, other.email],
  ] as const;
  const isApart = contacts.every(([a, b]) => a !== b || a === '');
  return one.id !== other.id && isApart && contacts.some(([a, b]) => a !== b);
}

/** Finds leads of different clients that get one order. The memory it takes does not grow with the number of leads. */
export class OrderOwners {
  readonly #owners = new Map<string, Owner>();
  readonly #clientOf: (index: number) => LeadClient;

  constructor(clientOf: (index: number) => LeadClient) {
    this.#clientOf = clientOf;
  }

  /** Notes the order that a lead got. Gives the id of the lead of another client that got it before, if there is one. */
  note(index: number, orderId: string): string | undefined {
    const owner = this.#owners.get(orderId);
    if (!owner) {
      if (this.#owners.size < mostKept && orderId.length <= longestKept) {
        this.#owners.set(orderId, { index, state: 'alone' });
      }
      return undefined;
    }
    if (owner.state === 'alone') {
      owner.state = areApart(this.#clientOf(owner.index), this.#clientOf(index)) ? 'shared' : 'joined';
    }
    return owner.state === 'shared' ? this.#clientOf(owner.index).id : undefined;
  }
}
