import { randomInt } from 'node:crypto';
import { encodeQuery } from '../../protocol/encodeQuery.ts';
import { inWireOrder, leadNames, type LeadParameters } from '../../protocol/wireOrder.ts';
import { seededRandom } from '../../protocol/random.ts';
import { sampleIds } from '../../protocol/samples.ts';
import { type LeadTemplate } from '../leadTemplate.ts';
import { seededSource } from '../sampleSource.ts';

/** One more than the highest seed. */
const seeds = 2 ** 32;
const idCount = sampleIds.to - sampleIds.from + 1;

/**
 * Any number of leads, each made when it is asked for: lead number n, from 0, is the one that `--seed` with n added
 * gives, but for its id. Ids count up from that of the first lead, as Roistat's do, so no two are the same.
 */
export class LeadSeries {
  /** Seed of the first lead; it makes the series again, but for dates where it was drawn. */
  readonly seed: number;
  readonly #template: LeadTemplate;
  readonly #now: (() => Date) | undefined;
  readonly #firstId: number;
  /** Names of the parameters in the order of the wire, the same for all leads, and values that hold for all. */
  readonly #order: ReadonlyArray<{ readonly name: keyof LeadParameters; readonly fixed: string | undefined }>;

  /** Without a seed one is drawn, and leads are dated when they are made. */
  constructor(template: LeadTemplate, seed: number | undefined, now: () => Date) {
    this.#template = template;
    this.seed = seed ?? randomInt(seeds);
    this.#now = seed === undefined ? now : undefined;
    const first = this.#makeUp(0);
    this.#firstId = Number(first.id);
    this.#order = inWireOrder(leadNames, { ...first, ...template.fixed }).map(([name]) => {
      return { name: name as keyof LeadParameters, fixed: template.fixed[name] };
    });
  }

  seedOf(index: number): number {
    return (this.seed + index) % seeds;
  }

  lead(index: number): LeadParameters & LeadTemplate['fixed'] {
    return { ...this.#numbered(index), ...this.#template.fixed };
  }

  /** The lead as Roistat writes it into the address. */
  query(index: number): string {
    const lead = this.#numbered(index);
    return encodeQuery(this.#order.map(({ name, fixed }) => [name, fixed ?? lead[name] ?? '']));
  }

  #numbered(index: number): LeadParameters {
    const lead = this.#makeUp(index);
    lead.id = String(sampleIds.from + ((this.#firstId - sampleIds.from + index) % idCount));
    return lead;
  }

  #makeUp(index: number): LeadParameters {
    const seed = this.seedOf(index);
    const now = this.#now;
    return this.#template.makeUp(now ? { random: seededRandom(seed), moment: now() } : seededSource(seed));
  }
}
