import { randomInt } from 'node:crypto';
import { seededRandom } from '../protocol/random.ts';
import { type SampleSource } from '../protocol/samples.ts';
import { type Environment } from './environment.ts';

/** With a seed everything is repeatable, the date included: it lies in January 2026. */
const seededMoment = Date.UTC(2026, 0, 1, 9, 0, 0);

/** The same each time for the same seed. */
export function seededSource(seed: number): SampleSource {
  return { random: seededRandom(seed), moment: new Date(seededMoment + (seed % 2_592_000) * 1000) };
}

export function sampleSource(seed: number | undefined, { now }: Environment): SampleSource {
  if (seed === undefined) return { random: seededRandom(randomInt(2 ** 32)), moment: now() };
  return seededSource(seed);
}
