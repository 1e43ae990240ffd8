import { describe, expect, it } from 'vitest';
import { findProblems, messageSchema } from '../../src/protocol/fields.ts';
import { inWireOrder, leadNames } from '../../src/protocol/wireOrder.ts';
import { encodeQuery } from '../../src/protocol/encodeQuery.ts';
import { orderIdOf } from '../../src/protocol/orderId.ts';
import { parseTarget } from '../../src/protocol/parseTarget.ts';
import { seededRandom } from '../../src/protocol/random.ts';
import { leadSources, sampleLead, sampleMessage } from '../../src/protocol/samples.ts';
import { webhookTarget } from '../../src/protocol/webhookTarget.ts';

describe('webhookTarget', () => {
  it.each([
    ['http://a/', '/?x=1'],
    ['http://a', '/?x=1'],
    ['http://a/hook.php', '/hook.php?x=1'],
    ['http://a/hook.php?', '/hook.php?x=1'],
    ['http://a/hook.php?shop=5', '/hook.php?shop=5&x=1'],
    ['http://a/hook.php?shop=5&', '/hook.php?shop=5&x=1'],
    ['http://a/hook.php?shop=%D0%B0+b#part', '/hook.php?shop=%D0%B0+b&x=1'],
  ])('%s → %s', (url, target) => {
    expect(webhookTarget(new URL(url), 'x=1')).toBe(target);
  });
});

describe('orderIdOf', () => {
  it('follows from the id of the lead alone', () => {
    expect(orderIdOf({ id: '90', title: 'a' })).toBe('order-90');
    expect(orderIdOf({ id: '90', title: 'b' })).toBe('order-90');
    expect(orderIdOf({ id: '91' })).toBe('order-91');
  });

  it('is short and harmless for an id that is neither', () => {
    for (const id of ['../../etc', 'a b', '1'.repeat(1000), '"; DROP', '\n']) {
      expect(orderIdOf({ id })).toMatch(/^order-[0-9a-f]{32}$/);
    }
  });

  it('follows from all other parameters but the credentials when there is no id', () => {
    const lead = { title: 'a', phone: '1' };
    expect(orderIdOf({ ...lead, user: 'x', token: 'y' })).toBe(orderIdOf({ phone: '1', title: 'a' }));
    expect(orderIdOf(lead)).not.toBe(orderIdOf({ ...lead, phone: '2' }));
  });
});

describe('parseTarget', () => {
  it.each([
    ['/?action=lead&id=1', 'lead'],
    ['/?action=message&leadId=1', 'message'],
    ['/?action=task', 'task'],
    ['/?action=call', 'call'],
    ['/?action=import_scheme', 'import_scheme'],
    ['/?action=export', 'export'],
    ['/?action=export_clients', 'export_clients'],
  ])('knows the action of %s', (target, action) => {
    expect(parseTarget(target)).toMatchObject({ action, knownAction: action, problems: [] });
  });

  it.each([
    ['/', undefined, 'action-missing'],
    ['/?action=', undefined, 'action-missing'],
    ['/?action=Lead', 'Lead', 'action-unknown'],
    ['/?action=toString', 'toString', 'action-unknown'],
  ])('finds no action of the protocol in %s', (target, action, code) => {
    const parsed = parseTarget(target);
    expect(parsed).toMatchObject({ knownAction: undefined, problems: [{ code }] });
    expect(parsed.action).toBe(action);
  });

  it('keeps unknown parameters and the path', () => {
    const { path, parameters } = parseTarget('/shop/hook.php?action=lead&id=1&roistat_x=5&a?b=1');
    expect(path).toBe('/shop/hook.php');
    expect(parameters).toEqual({ action: 'lead', id: '1', roistat_x: '5', 'a?b': '1' });
  });

  it('sums up the oddities of a hostile query', () => {
    const target = `/?action=lead&id=1&${Array.from({ length: 5000 }, (_, index) => `p${index}=%`).join('&')}`;
    const { problems } = parseTarget(target);
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)?.detail).toBe('in 4990 more parameters');
  });
});

describe('samples', () => {
  const created = new Date('2015-04-15T17:22:00Z');

  it.each(leadSources)('of %s are leads without a fault, whatever the seed', (source) => {
    for (let seed = 0; seed < 200; seed += 1) {
      const lead = sampleLead(source, seededRandom(seed), created);
      const { parameters, problems } = parseTarget(`/?${encodeQuery(inWireOrder(leadNames, lead))}`);
      expect(problems).toEqual([]);
      expect(parameters).toEqual(lead);
      expect(lead.text?.split('\n')).toHaveLength(4);
      expect(lead.text).toContain('17:22 15.04.2015');
      expect(lead.created_date).toBe('2015-04-15 17:22:00');
      expect(JSON.parse(lead.data ?? '')).toHaveProperty('page');
      expect(Number(lead.id)).toBeLessThan(2 ** 31);
    }
  });

  it('have the titles of the source document', () => {
    const given = { phone: '+79990001122' };
    const titleOf = (source: (typeof leadSources)[number]): string | undefined =>
      sampleLead(source, seededRandom(1), created, given).title;
    expect(titleOf('calltracking')).toBe('Звонок от 79990001122');
    expect(titleOf('lead-hunter')).toBe('Пойманный лид: 79990001122');
    expect(titleOf('jivosite')).toBe('JivoSite Lead');
  });

  it('are the same for the same seed, and others for another', () => {
    const lead = (seed: number): unknown => sampleLead('form', seededRandom(seed), created);
    expect(lead(7)).toEqual(lead(7));
    expect(lead(7)).not.toEqual(lead(8));
  });

  it('of messages are without a fault', () => {
    expect(
      findProblems(
        messageSchema,
        sampleMessage({ random: seededRandom(1), moment: created }, '155') as Record<string, string>,
      ),
    ).toEqual([]);
  });
});
