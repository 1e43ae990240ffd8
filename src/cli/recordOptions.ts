import { type Command, Option } from 'commander';
import { resolve } from 'node:path';
import { type Clause, type RecordFilter } from '../journal/filter.ts';
import { type RecordInput } from '../journal/recordInput.ts';
import { type Verdict, verdicts } from '../journal/verdict.ts';
import { type Environment } from './environment.ts';
import { usageError } from './errors.ts';
import { parseMoment, type TypedTime } from './parseMoment.ts';
import { collectClause, parseNotEmpty } from './parseValues.ts';

/** What the options of `addRecordFilterOptions` become. */
export interface RecordFilterOptions {
  readonly action?: string;
  readonly order?: string;
  readonly verdict?: Verdict;
  readonly since?: TypedTime;
  readonly until?: TypedTime;
  readonly where?: Clause[];
}

/** `--action`, `--order` and `--where`. */
export function addMatchOptions(command: Command): Command {
  return command
    .option('--action <action>', 'only records of this action, such as lead')
    .option('--order <id>', 'only the lead that was answered with this order_id', parseNotEmpty)
    .option('--where <clause...>', 'only where name=value, or name~text for a part', collectClause);
}

/** The options that choose records of a journal. */
export function addRecordFilterOptions(command: Command): Command {
  return addMatchOptions(command)
    .addOption(new Option('--verdict <verdict>', 'only records with this verdict').choices(verdicts))
    .option('--since <time>', 'only from then on: 1h, 2d, today, 2026-11-22T10:00', parseMoment)
    .option('--until <time>', 'only before then; of a day, up to its end', parseMoment);
}

/** The filter that the options mean at this moment. */
export function recordFilterOf(options: RecordFilterOptions, now: Date): RecordFilter {
  const { action, order, verdict, where = [] } = options;
  const since = options.since?.(now).start;
  const until = options.until?.(now).end;
  if (since && until && since >= until) {
    throw usageError(
      'no time is between --since and --until',
      '--since takes the earlier time, --until the later one.',
    );
  }
  return { action, order, verdict, since, until, where };
}

export const defaultLogDir = 'roistat-log';

/** Where records are read from when no file is named. */
export function addLogDirOption(command: Command): Command {
  return command.option('--log-dir <folder>', 'journal to read when no file is given', parseNotEmpty, defaultLogDir);
}

/** What comes through a pipe; an abort ends the wait for more. */
async function* piecesOf({ stdin, signal }: Pick<Environment, 'stdin' | 'signal'>): AsyncGenerator<Buffer> {
  const stop = (): unknown => stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const piece of stdin as AsyncIterable<Buffer | string>) {
      yield typeof piece === 'string' ? Buffer.from(piece) : piece;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Files and folders as they were typed (`-` is standard input), or the folder of `--log-dir` when there are none. */
export function recordInputs(
  paths: readonly string[],
  logDir: string,
  environment: Pick<Environment, 'cwd' | 'stdin' | 'signal'>,
): RecordInput[] {
  if (paths.filter((path) => path === '-').length > 1) throw usageError('- is there twice', 'It can be read once.');
  return (paths.length === 0 ? [logDir] : paths).map((path) =>
    path === '-'
      ? { kind: 'stream', name: 'standard input', stream: piecesOf(environment) }
      : { kind: 'path', path: resolve(environment.cwd, path) },
  );
}
