import { type Changes, recordedRequest } from '../../client/recordedRequest.ts';
import { missOf, type RecordFilter } from '../../journal/filter.ts';
import { JournalError } from '../../journal/journal.ts';
import { presentFiles } from '../../journal/presentFiles.ts';
import { readRecords } from '../../journal/readRecords.ts';
import { type RecordInput } from '../../journal/recordInput.ts';
import { type JournalRecord } from '../../journal/record.ts';
import { mask } from '../../protocol/mask.ts';
import { printable } from '../../report/printable.ts';
import { UnreadableLines } from '../../report/unreadableLines.ts';
import { type Environment } from '../environment.ts';
import { CliError, environmentError, exitCodes, usageError } from '../errors.ts';
import { type TypedRecordName } from '../parseValues.ts';

/** Which records are wanted. */
export interface Wanted {
  readonly filter: RecordFilter;
  /** Only those behind this one. */
  readonly after: TypedRecordName | undefined;
  readonly limit: number | undefined;
}

/** What was met on the way through the records. */
export interface Reading {
  read: number;
  readonly unreadable: UnreadableLines;
  /** The runs that have a record with the number of `after`. */
  readonly runs: Set<string>;
  hasMetAfter: boolean;
}

/** Runs that are told apart: hostile files may have as many as they like. */
const mostRuns = 100;

export const newReading = (): Reading => ({
  read: 0,
  unreadable: new UnreadableLines(),
  runs: new Set(),
  hasMetAfter: false,
});

/** The wanted records in their order; fills `reading`. With `isWhole` it reads on behind the last wanted one. */
export async function* wantedRecords(
  files: readonly RecordInput[],
  { filter, after, limit = Number.POSITIVE_INFINITY }: Wanted,
  reading: Reading,
  isWhole = false,
): AsyncGenerator<JournalRecord> {
  let given = 0;
  reading.hasMetAfter = after === undefined;
  // The record of `after` may stand before the time that is wanted.
  const since = after ? undefined : filter.since;
  for await (const entry of readRecords(files, { since })) {
    if (entry.kind === 'unreadable') {
      reading.unreadable.add(entry);
      continue;
    }
    const { record } = entry;
    reading.read += 1;
    if (after && record.seq === after.seq) {
      if (reading.runs.size < mostRuns) reading.runs.add(record.run);
      if (!reading.hasMetAfter && (after.run ?? record.run) === record.run) {
        reading.hasMetAfter = true;
        continue;
      }
    }
    if (!reading.hasMetAfter || given >= limit || missOf(record, filter)) continue;
    given += 1;
    yield record;
    if (given >= limit && !isWhole) return;
  }
}

/** What there is to be sent, as far as it can be known before. */
interface Survey {
  readonly reading: Reading;
  /** Records that are wanted. */
  readonly total: number;
  /** Those of them whose token is masked and not known. */
  readonly tokenUnknown: number;
}

/** Goes through files once, before anything is sent. Where one is broken, it ends there. */
async function survey(
  files: readonly RecordInput[],
  wanted: Wanted,
  changes: Changes,
  signal: AbortSignal,
): Promise<Survey> {
  const reading = newReading();
  let total = 0;
  let tokenUnknown = 0;
  try {
    for await (const record of wantedRecords(files, wanted, reading, wanted.after !== undefined)) {
      if (signal.aborted) throw new CliError(exitCodes.interrupted, 'interrupted');
      total += 1;
      // Nearly all have no mask, or get a token: they need no closer look.
      if (!record.target?.includes(mask) && !record.body) continue;
      const request = recordedRequest(record, changes);
      if (request.kind === 'unsendable' && request.code === 'token-unknown') tokenUnknown += 1;
    }
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
  }
  return { reading, total, tokenUnknown };
}

export interface ReplaySource {
  readonly files: readonly RecordInput[];
  /** Undefined where something can be read only once, such as standard input. */
  readonly survey: Survey | undefined;
}

function checkAfter({ run, seq }: TypedRecordName, { hasMetAfter, runs }: Reading): void {
  if (run === undefined && runs.size > 1) {
    const names = Array.from(runs, (other) => `${other}:${seq}`).join(', ');
    throw usageError(`--after ${seq} is the number of ${runs.size} records`, `Write one of ${printable(names)}`);
  }
  if (!hasMetAfter) throw noSuchRecord({ run, seq });
}

export function noSuchRecord({ run, seq }: TypedRecordName): CliError {
  const name = run === undefined ? String(seq) : `${run}:${seq}`;
  const hint = 'Give the files and the --after that the run before named.';
  return usageError(`there is no record ${printable(name)}: nothing was sent`, hint);
}

/** What to do about tokens that were masked when they were recorded. */
export function tokenUnknownError(words: string): CliError {
  return usageError(
    words,
    "Sign them anew: --user LOGIN and its password (--password '' for none), or --token. serve --keep-token records tokens as they come.",
  );
}

/** Looks at what there is. Throws CliError where that is nothing, or cannot be sent. */
export async function openReplaySource(
  inputs: readonly RecordInput[],
  wanted: Wanted,
  changes: Changes,
  { signal }: Pick<Environment, 'signal'>,
): Promise<ReplaySource> {
  let files: RecordInput[];
  try {
    files = await presentFiles(inputs);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const hint = 'Name the folder that serve writes to, or a file of records.';
    throw environmentError(printable(error.message), hint, error);
  }
  const { after } = wanted;
  if (files.some(({ kind }) => kind === 'stream')) {
    if (after && after.run === undefined) {
      throw usageError(`--after ${after.seq} names no run`, 'With what comes through a pipe write RUN:SEQ.');
    }
    return { files, survey: undefined };
  }
  const found = await survey(files, wanted, changes, signal);
  if (after) checkAfter(after, found.reading);
  if (found.tokenUnknown > 0) {
    const all = `${found.tokenUnknown} of ${found.total} record${found.total === 1 ? '' : 's'}`;
    throw tokenUnknownError(`the token of ${all} was masked when it was recorded: nothing was sent`);
  }
  return { files, survey: found };
}
