import { describe, expect, it } from 'vitest';
import { type LeadClient, OrderOwners } from '../../src/client/orderOwners.ts';

const client = (id: string, phone: string, email = '', visit = ''): LeadClient => ({ id, phone, email, visit });

/** Notes the orders of these clients, in turn. */
function noteAll(clients: readonly LeadClient[], orderOf: (index: number) => string = () => '1') {
  const owners = new OrderOwners((index) => clients[index] ?? client('', ''));
  return clients.map((_client, index) => owners.note(index, orderOf(index)));
}

describe('the orders of many leads', () => {
  const apart = (count: number): LeadClient[] =>
    Array.from({ length: count }, (_, index) => client(String(index), `+7${index}`, `${index}@b`, `v${index}`));

  it('are told where one goes to more clients than it has contacts', () => {
    expect(noteAll(apart(6))).toEqual([undefined, undefined, undefined, '0', '0', '0']);
    const twoOrders = (index: number): string => String(index % 2);
    expect(noteAll(apart(8), twoOrders).slice(4)).toEqual([undefined, undefined, '0', '1']);
    const mails = ['a', 'b', 'c', 'd'].map((name) => client(name, '', `${name}@b`));
    expect(noteAll(mails)).toEqual([undefined, undefined, undefined, 'a']);
  });

  it('are no problem where an older order was joined by its phone, its e-mail and its visit', () => {
    const [one, two, three] = [
      client('1', '+79', '1@b', 'v1'),
      client('2', '+72', '9@b', 'v2'),
      client('3', '+73', '3@b', 'v9'),
    ];
    const again = [client('4', '+79', '4@b', 'v4'), client('5', '+75', '9@b', 'v5'), client('6', '+76', '6@b', 'v9')];
    expect(noteAll([one, two, three, ...again])).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it.each([
    ['the id', [1, 2, 3, 4, 5].map((n) => client('1', `+7${n}`))],
    ['the phone', [1, 2, 3, 4, 5].map((n) => client(String(n), '+71', `${n}@b`))],
    ['the e-mail', [1, 2, 3, 4, 5].map((n) => client(String(n), `+7${n}`, 'a@b'))],
    ['no contact that differs', [1, 2, 3, 4, 5].map((n) => client(String(n), ''))],
    ['the visit', [1, 2, 3, 4, 5].map((n) => client(String(n), `+7${n}`, `${n}@b`, '12345'))],
    ['a lead between them', [client('1', '+71', 'a@b'), client('2', '+71', 'c@b'), client('3', '+73', 'c@b')]],
  ])('are no problem where a handler may have joined the leads by %s', (_what, clients) => {
    expect(noteAll(clients)).toEqual(clients.map(() => undefined));
  });

  it('are kept for the first thousand leads, and not where they are long', () => {
    const clients = apart(1010);
    const kept = new OrderOwners((index) => clients[index] ?? client('', ''));
    for (const index of clients.keys()) expect(kept.note(index, `order-${index}`)).toBeUndefined();
    const noted = (order: string) => [1, 2, 3].map((index) => kept.note(index, order));
    expect(noted('order-999')).toEqual([undefined, undefined, '999']);
    expect(noted('order-1000')).toEqual([undefined, undefined, undefined]);
    expect(noteAll(clients.slice(0, 5), () => 'x'.repeat(201))).toEqual(Array.from({ length: 5 }, () => undefined));
  });
});
