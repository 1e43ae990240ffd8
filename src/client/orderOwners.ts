/** By what a handler may know a client again. */
export interface LeadClient {
  readonly id: string;
  readonly phone: string;
  readonly email: string;
  /** Roistat's number of the visitor. */
  readonly visit: string;
}

interface Owner {
  /** Numbers of leads that got the order, no two of one client; the first of them got it first. */
  readonly apart: number[];
  isShared: boolean;
}

/**
 * So many different clients may have one order: an older order, of a run before, has a phone, an e-mail and a visit, and a
 * handler may join by each of them. One more, and no joining explains it.
 */
const mostClients = 3;
/** Orders that are kept; a handler that gives one order to all shows it among the first. */
const mostKept = 1000;
/** A handler may answer a megabyte of order id. */
const longestKept = 200;

/** Whether two leads are of different clients, whatever the handler joins leads by. */
function areApart(one: LeadClient, other: LeadClient): boolean {
  const contacts = [
    [one.phone, other.phone],
    [one.email, other.email],
    [one.visit, other.visit],
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

  /**
   * Notes the order that a lead got. Gives the id of the lead that got it first, where so many clients have it that this
   * cannot be right.
   */
  note(index: number, orderId: string): string | undefined {
    const owner = this.#owners.get(orderId);
    if (!owner) {
      if (this.#owners.size < mostKept && orderId.length <= longestKept) {
        this.#owners.set(orderId, { apart: [index], isShared: false });
      }
      return undefined;
    }
    const client = this.#clientOf(index);
    const isApart = owner.apart.every((other) => areApart(this.#clientOf(other), client));
    if (!isApart && !owner.isShared) return undefined;
    if (owner.apart.length < mostClients) {
      owner.apart.push(index);
      return undefined;
    }
    owner.isShared = true;
    const first = this.#clientOf(owner.apart[0] ?? index);
    return areApart(first, client) ? first.id : undefined;
  }
}
