import { describe, expect, it } from 'vitest';
import { type LeadClient, OrderOwners } from '../../src/client/orderOwners.ts';

const client = (id: string, phone: string, email = ''): LeadClient => ({ id, phone, email });

/** Notes the orders of these clients, in turn. */
function noteAll(clients: readonly LeadClient[], orderOf: (index: number) => string = () => '1') {
  const owners = new OrderOwners((index) => clients[index] ?? client('', ''));
  return clients.map((_client, index) => owners.note(index, orderOf(index)));
}

describe('the orders of many leads', () => {
  it('are told where one goes to leads of different clients, all but the first of them', () => {
    expect(noteAll([client('1', '+71'), client('2', '+72'), client('3', '+73')])).toEqual([undefined, '1', '1']);
    const twoOrders = (index: number): string => String(index % 2);
    expect(noteAll([client('1', '+71'), client('2', '+72'), client('3', '+73')], twoOrders)).toEqual([
      undefined,
      undefined,
      '1',
    ]);
    expect(noteAll([client('1', '', 'a@b'), client('2', '', 'c@b')])).toEqual([undefined, '1']);
  });

  it.each([
    ['the id', [client('1', '+71'), client('1', '+72')]],
    ['the phone', [client('1', '+71', 'a@b'), client('2', '+71', 'c@b')]],
    ['the e-mail', [client('1', '+71', 'a@b'), client('2', '+72', 'a@b')]],
    ['no contact that differs', [client('1', ''), client('2', '')]],
    ['a lead between them', [client('1', '+71', 'a@b'), client('2', '+71', 'c@b'), client('3', '+73', 'c@b')]],
  ])('are no problem where a handler may have joined the leads by %s', (_what, clients) => {
    expect(noteAll(clients)).toEqual(clients.map(() => undefined));
  });

  it('are kept for the first thousand leads, and not where they are long', () => {
    const clients = Array.from({ length: 1002 }, (_, index) => client(String(index), `+7${index}`));
    const kept = new OrderOwners((index) => clients[index] ?? client('', ''));
    for (const index of clients.keys()) expect(kept.note(index, `order-${index}`)).toBeUndefined();
    expect(kept.note(0, 'order-999')).toBe('999');
    expect(kept.note(0, 'order-1000')).toBeUndefined();
    expect(noteAll(clients.slice(0, 2), () => 'x'.repeat(201))).toEqual([undefined, undefined]);
  });
});
