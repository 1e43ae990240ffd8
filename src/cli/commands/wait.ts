import { type Command, Option } from 'commander';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clause, missOf } from '../../journal/filter.ts';
import { followFolder } from '../../journal/followFolder.ts';
import { JournalError } from '../../journal/journal.ts';
import { Misses } from '../../journal/misses.ts';
import { type JournalRecord } from '../../journal/record.ts';
import { printable } from '../../report/printable.ts';
import { UnreadableLines } from '../../report/unreadableLines.ts';
import { waitingNote, type WaitResult, waitReporters } from '../../report/waitReporters.ts';
import { type Context, styleFor } from '../context.ts';
import { type Environment } from '../environment.ts';
import { CliError, environmentError, exitCodes } from '../errors.ts';
import { parseCount, parseDuration, parseNotEmpty } from '../parseValues.ts';
import { addMatchOptions, defaultLogDir } from '../recordOptions.ts';

interface WaitOptions {
  readonly logDir: string;
  readonly count: number;
  readonly action?: string;
  readonly order?: string;
  readonly where?: Clause[];
  readonly timeout: number;
  readonly showPii?: boolean;
  readonly json?: boolean;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Reads the journal until it holds what is wanted, the time is up, or the signal comes. */
async function watch(options: WaitOptions, { cwd, elapsed, signal, stderr }: Environment): Promise<WaitResult> {
  const { logDir, count, action, order, where = [], timeout } = options;
  const path = resolve(cwd, logDir);
  const start = elapsed();
  const records: JournalRecord[] = [];
  const misses = new Misses();
  let seen = 0;
  const unreadable = new UnreadableLines();
  // Rounded up, for a timer takes no part of a millisecond.
  const until = AbortSignal.timeout(Math.ceil(timeout));
  for await (const entry of followFolder(path, { signal, until })) {
    if (entry.kind === 'unreadable') {
      unreadable.add(entry);
      continue;
    }
    seen += 1;
    const miss = missOf(entry.record, { action, order, where });
    if (miss) misses.add(entry.record, miss);
    else records.push(entry.record);
    if (records.length === count) break;
  }
  if (unreadable.count > 0) stderr.write(unreadable.note);
  return {
    verdict: records.length === count ? 'seen' : 'timed-out',
    logDir,
    path,
    isThere: await isThere(path),
    action,
    wanted: count,
    matched: records.length,
    seen,
    unreadable: unreadable.count,
    waitedMs: elapsed() - start,
    records,
    misses,
  };
}

async function runWait(command: Command, { environment }: Context): Promise<number> {
  const options = command.opts<WaitOptions>();
  const { showPii = false, json = false } = options;
  const { stdout, stderr, signal } = environment;
  if (!json) stderr.write(waitingNote(options, styleFor(stderr, command, environment)));
  let result: WaitResult;
  try {
    result = await watch(options, environment);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    throw environmentError(printable(error.message), 'Choose the folder that serve writes to with --log-dir.', error);
  }
  if (result.verdict === 'timed-out' && signal.aborted) throw new CliError(exitCodes.interrupted, 'interrupted');
  stdout.write(
    waitReporters[json ? 'json' : 'human'].report(result, styleFor(stdout, command, environment, { showPii })),
  );
  return result.verdict === 'seen' ? exitCodes.ok : exitCodes.failed;
}

export function configure(command: Command, context: Context): void {
  command
    .option('--log-dir <folder>', 'journal of the serve to watch', parseNotEmpty, defaultLogDir)
    .option('--count <n>', 'records to wait for', parseCount, 1);
  addMatchOptions(command)
    .addOption(new Option('--timeout <time>', 'give up after this').argParser(parseDuration).default(30_000, '30s'))
    .option('--show-pii', 'show phones and addresses in full')
    .option('--json', 'one JSON document on stdout, records and all')
    .addHelpText(
      'after',
      `
Ends as soon as the journal holds what is wanted; records from before count,
too, so give each test run a folder of its own. Exit code 0: seen, 1: the time
ran out, and it says what came instead.

Examples:
  $ roistat-hook wait --action lead --where phone=+79990001122
  $ roistat-hook wait --count 3 --timeout 2m --json
  $ roistat-hook wait --log-dir ci-log --where text~доставка visit=12852
`,
    )
    .action(async () => {
      context.exitCode = await runWait(command, context);
    });
}
