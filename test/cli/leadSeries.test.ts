import { createHash } from 'node:crypto';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeadSeries } from '../../src/cli/bulk/leadSeries.ts';
import { type LeadOptions, leadTemplate } from '../../src/cli/leadTemplate.ts';
import { seededSource } from '../../src/cli/sampleSource.ts';
import { encodeQuery } from '../../src/protocol/encodeQuery.ts';
import { inWireOrder, leadNames } from '../../src/protocol/wireOrder.ts';
import { leadOf, leadSources, sampleIds } from '../../src/protocol/samples.ts';
import { fakeEnvironment } from '../helpers/environment.ts';

const signature = { user: 'demo user', token: 'd41d8cd98f00b204e9800998ecf8427e' };
const now = (): Date => new Date('2026-11-22T10:00:00.000Z');
const templateOf = (options: Partial<LeadOptions>) =>
  leadTemplate({ source: 'form', ...options } as LeadOptions, signature, fakeEnvironment([]));

describe('a series of leads', () => {
  it('has the leads that the seeds give one by one, each with an id of its own', async () => {
    const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...leadSources), seeds, fc.nat(1_000_000), async (source, seed, index) => {
        const template = await templateOf({ source });
        const series = new LeadSeries(template, seed, now);
        const alone = {
          ...leadOf(template.patterns, template.values(seededSource(series.seedOf(index)))),
          ...template.fixed,
        };
        const lead = series.lead(index);
        expect({ ...lead, id: '' }).toEqual({ ...alone, id: '' });
        expect(series.query(index)).toBe(encodeQuery(inWireOrder(leadNames, lead)));
        expect(Number(lead.id)).toBeGreaterThanOrEqual(sampleIds.from);
        expect(Number(lead.id)).toBeLessThanOrEqual(sampleIds.to);
        expect(series.lead(0)).toEqual({
          ...leadOf(template.patterns, template.values(seededSource(seed))),
          ...template.fixed,
        });
      }),
    );
  });

  it('is the same for the same seed in each version, byte for byte', async () => {
    const hash = createHash('sha256');
    for (const source of leadSources) {
      const series = new LeadSeries(await templateOf({ source }), 7, now);
      for (let index = 0; index < 500; index += 1) hash.update(series.query(index));
    }
    expect(hash.digest('hex')).toBe('8cb99ddecc9584a524a96d207de10e7036e60fd55dde22b052a33797821cc0b4');
  });

  it('has no two alike among many, and differs in each value that is made up', async () => {
    const series = new LeadSeries(await templateOf({}), undefined, now);
    const leads = Array.from({ length: 20_000 }, (_, index) => series.lead(index));
    expect(new Set(leads.map(({ id }) => id)).size).toBe(20_000);
    for (const [name, atLeast] of [
      ['name', 8],
      ['phone', 5000],
      ['email', 3000],
      ['visit', 10_000],
      ['data', 3],
    ] as const) {
      expect(new Set(leads.map((lead) => lead[name])).size).toBeGreaterThanOrEqual(atLeast);
    }
  });

  it('keeps what is given in all of them, also where it is an id, in the order of the wire', async () => {
    const template = await templateOf({
      phone: '+79990001122',
      id: '90',
      data: [['7', 'x']],
      field: [
        ['z', '1'],
        ['title', 'T'],
      ],
    });
    const series = new LeadSeries(template, 7, now);
    for (const index of [0, 1, 99]) {
      const query = new URLSearchParams(series.query(index));
      expect(Object.fromEntries(query)).toMatchObject({
        ...signature,
        phone: '+79990001122',
        id: '90',
        title: 'T',
        z: '1',
      });
      expect(query.get('data')).toMatch(/^\{"page":"[^"]+","7":"x"\}$/);
      expect([...query.keys()]).toEqual([...leadNames.filter((name) => name !== 'manager_id'), 'z']);
    }
  });

  it('takes braces in what is given for text, and encodes it', async () => {
    const template = await templateOf({ name: '{id} Ы & 😀', text: '{phone}', field: [['{x}', '{name}']] });
    const series = new LeadSeries(template, 7, now);
    for (let index = 0; index < 400; index += 1) {
      const query = new URLSearchParams(series.query(index));
      expect(Object.fromEntries(query)).toMatchObject({ name: '{id} Ы & 😀', text: '{phone}', '{x}': '{name}' });
      expect(query.get('title')).toBe('Заявка с сайта: {id} Ы & 😀');
      expect(series.query(index)).toBe(encodeQuery(inWireOrder(leadNames, series.lead(index))));
    }
  });

  it.each(leadSources)('writes an address with one byte a character, as fast as it can be sent: %s', async (source) => {
    const series = new LeadSeries(await templateOf({ source, title: 'Заявка ABC' }), undefined, now);
    for (const index of [0, 1, 99]) {
      const query = series.query(index);
      // A copy as V8 keeps it, behind a few bytes that say what it is.
      expect(serialize(query).length).toBeLessThan(query.length + 10);
    }
  });

  it('dates leads by the clock where no seed is given', async () => {
    const series = new LeadSeries(await templateOf({}), undefined, now);
    expect(series.lead(5).created_date).toBe('2026-11-22 10:00:00');
    let moment = Date.UTC(2026, 10, 22, 10, 0, 0, 999);
    const running = new LeadSeries(await templateOf({}), undefined, () => new Date(moment));
    const dateOf = (index: number) => new URLSearchParams(running.query(index)).get('created_date');
    expect(dateOf(0)).toBe('2026-11-22 10:00:00');
    moment += 1;
    expect(dateOf(1)).toBe('2026-11-22 10:00:01');
  });
});
