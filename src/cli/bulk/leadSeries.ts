import { randomInt } from 'node:crypto';
import { type LeadClient } from '../../client/orderOwners.ts';
import { encodeComponent } from '../../protocol/encodeQuery.ts';
import { inWireOrder, leadNames, type LeadParameters } from '../../protocol/wireOrder.ts';
import { encodePattern, Pattern } from '../../protocol/pattern.ts';
import { seededRandom } from '../../protocol/random.ts';
import { leadOf, type LeadValues, sampleIds, type SampleSource } from '../../protocol/samples.ts';
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
  readonly #query: Pattern<keyof LeadValues>;

  /** Without a seed one is drawn, and leads are dated when they are made. */
  constructor(template: LeadTemplate, seed: number | undefined, now: () => Date) {
    this.#template = template;
    this.seed = seed ?? randomInt(seeds);
    this.#now = seed === undefined ? now : undefined;
    this.#firstId = Number(template.values(this.#source(0)).id);
    const { patterns, fixed } = template;
    const query = inWireOrder(leadNames, { ...patterns, ...fixed }).map(([name, value]) => {
      return `${encodeComponent(name)}=${Object.hasOwn(fixed, name) ? encodeComponent(value) : encodePattern(value)}`;
    });
    // One byte a character again: V8 keeps pieces of Cyrillic texts with two, and all that is put together with them.
    this.#query = new Pattern(Buffer.from(query.join('&'), 'latin1').toString('latin1'));
  }

  seedOf(index: number): number {
    return (this.seed + index) % seeds;
  }

  lead(index: number): LeadParameters & LeadTemplate['fixed'] {
    return { ...leadOf(this.#template.patterns, this.#values(index)), ...this.#template.fixed };
  }

  /** Whom the lead is of, without all that it says. */
  client(index: number): LeadClient {
    const { patterns, fixed } = this.#template;
    const { phone: ownPhone = '', email: ownEmail = '', visit: ownVisit = '' } = patterns;
    const made = leadOf({ id: '{id}', phone: ownPhone, email: ownEmail, visit: ownVisit }, this.#values(index));
    const { id = '', phone = '', email = '', visit = '' }: LeadParameters = { ...made, ...fixed };
    return { id, phone, email, visit };
  }

  /** The lead as Roistat writes it into the address. */
  query(index: number): string {
    return this.#query.fill(this.#template.encodedValues(this.#source(index), this.#id(index)));
  }

  #values(index: number): LeadValues {
    return this.#template.values(this.#source(index), this.#id(index));
  }

  #id(index: number): string {
    return String(sampleIds.from + ((this.#firstId - sampleIds.from + index) % idCount));
  }

  #source(index: number): SampleSource {
    const seed = this.seedOf(index);
    const now = this.#now;
    return now ? { random: seededRandom(seed), moment: now() } : seededSource(seed);
  }
}
