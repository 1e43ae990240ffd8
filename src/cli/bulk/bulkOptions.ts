import { type Command, Option } from 'commander';
import { usageError } from '../errors.ts';
import { type LeadOptions } from '../leadTemplate.ts';
import { parseCount, parseDuration, parseRate, type Rate } from '../parseValues.ts';
import { strengthOf } from '../settings/strengthOf.ts';

/** Options of `send-lead` for many leads. */
export interface BulkOptions extends LeadOptions {
  readonly count?: number;
  /** In milliseconds. */
  readonly duration?: number;
  readonly rate?: Rate;
  readonly concurrency?: number;
  /** Those of the program. */
  readonly config?: string;
  readonly profile?: string;
  readonly dotenv?: string;
}

export const defaultConcurrency = 10;

export function addBulkOptions(command: Command): Command {
  return command
    .option('--count <n>', 'send so many leads, no two alike', parseCount)
    .option('--duration <time>', 'send leads for so long, or until --count', parseDuration)
    .addOption(new Option('--rate <rate>', 'of them: at most so many, evenly: 50/s').argParser(parseRate))
    .option('--concurrency <n>', `of them: under way at a time (default: ${defaultConcurrency})`, parseCount);
}

/** Whether many leads are wanted. Throws where the options contradict each other; of settings the stronger hold. */
export function isBulk(command: Command): boolean {
  const bulk = Math.max(strengthOf(command, 'count'), strengthOf(command, 'duration'));
  const { withMessage = false, dryRun = false, count } = command.opts<BulkOptions>();
  const message = withMessage ? strengthOf(command, 'withMessage') : 0;
  if (bulk > 0 && bulk === message) {
    throw usageError('--with-message goes with one lead', 'Leave it out, or --count and --duration.');
  }
  if (bulk > message) {
    if (dryRun && count === undefined) throw usageError('--dry-run would never end', 'Give --count, too.');
    return true;
  }
  const idle = ['rate', 'concurrency'].find((key) => command.getOptionValueSource(key) === 'cli');
  if (idle !== undefined) {
    const without = withMessage ? ', without --with-message' : '';
    throw usageError(`--${idle} is for many leads`, `Give --count or --duration, too${without}.`);
  }
  return false;
}
