import { type Command } from 'commander';
import { randomInt } from 'node:crypto';
import { seededRandom } from '../../protocol/random.ts';
import { type Fault, type FaultShare, type FaultSource, faultsByShare, faultsInSequence } from '../../server/faults.ts';
import { usageError } from '../errors.ts';
import { collectFault, parseFaultSequence } from './parseFaults.ts';
import { parseSeed } from '../parseValues.ts';
import { strengthOf } from '../settings/strengthOf.ts';

interface FaultOptions {
  readonly fault?: FaultShare[];
  readonly faultSequence?: ReadonlyArray<Fault | undefined>;
  readonly seed?: number;
}

/** The faults of a server, and how they are told when it is ready. */
export interface ServedFaults {
  readonly source: FaultSource;
  /** `http-500 30%`, or in a sequence `http-500` and `ok`. */
  readonly names: readonly string[];
  /** What `--seed` repeats them with; undefined for a sequence, which is the same each time. */
  readonly seed: number | undefined;
}

export function addFaultOptions(command: Command): Command {
  return command
    .option('--fault <kind[:share]>', 'answer wrongly: http-500, slow=5s:10%; repeatable', collectFault)
    .option('--fault-sequence <kinds>', 'in turn: http-500,ok,reset; then normal answers', parseFaultSequence)
    .option('--seed <n>', 'repeats the draw of --fault', parseSeed);
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

/** Undefined when none were asked for. Of the two kinds the one from the stronger place holds. */
export function resolveFaults(command: Command): ServedFaults | undefined {
  const { fault, faultSequence, seed = randomInt(2 ** 32) } = command.opts<FaultOptions>();
  const [byShare, bySequence] = [strengthOf(command, 'fault'), strengthOf(command, 'faultSequence')];
  if (fault && faultSequence && byShare === bySequence) {
    throw usageError('--fault and --fault-sequence were both given', 'Leave out one of them.');
  }
  if (faultSequence && bySequence > byShare) {
    const names = faultSequence.map((item) => item?.name ?? 'ok');
    return { source: faultsInSequence(faultSequence), names, seed: undefined };
  }
  if (!fault) return undefined;
  const names = fault.map(({ fault: { name }, share }) => (share < 1 ? `${name} ${percent(share)}` : name));
  return { source: faultsByShare(fault, seededRandom(seed)), names, seed };
}
