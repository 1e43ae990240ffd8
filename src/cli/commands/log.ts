import { type Command, InvalidArgumentError } from 'commander';
import { JournalError } from '../../journal/journal.ts';
import { type RecordInput } from '../../journal/recordInput.ts';
import { RecordSummary } from '../../journal/recordSummary.ts';
import { AbsentColumns } from '../../report/absentColumns.ts';
import { hanging } from '../../report/layout.ts';
import { type LogReporter } from '../../report/logReporter.ts';
import { logReporters } from '../../report/logReporters.ts';
import { printable } from '../../report/printable.ts';
import { recordColumns } from '../../report/recordColumns.ts';
import { localDay } from '../../report/recordLine.ts';
import { type Style } from '../../report/style.ts';
import { summaryReporters } from '../../report/summaryReporters.ts';
import { type Context, styleFor } from '../context.ts';
import { type Environment, type Output, OutputClosedError } from '../environment.ts';
import { CliError, environmentError, exitCodes, usageError } from '../errors.ts';
import { absentColumnsNote, emptyNote } from '../logNotes.ts';
import { parseCount } from '../parseValues.ts';
import { followedRecords, type FoundRecord, LogFindings, lastRecords, type LogQuery } from '../readLog.ts';
import {
  addLogDirOption,
  addRecordFilterOptions,
  recordFilterOf,
  type RecordFilterOptions,
  recordInputs,
} from '../recordOptions.ts';

interface LogOptions extends RecordFilterOptions {
  readonly logDir: string;
  readonly lines?: number;
  readonly follow?: boolean;
  readonly columns?: readonly string[];
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly excel?: boolean;
  readonly summary?: boolean;
  readonly showPii?: boolean;
}

const defaultLast = 20;

function parseLast(text: string): number {
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (text === '0') return 0;
  try {
    return parseCount(text);
  } catch {
    throw new InvalidArgumentError('Write a whole number, or all.');
  }
}

/** `time,phone,title`; a comma parts names, for no parameter of Roistat has one in its name. */
function parseColumns(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('Write names with commas: time,phone,title.');
  return names;
}

/** Options that contradict each other. */
function checkOptions(options: LogOptions, inputs: readonly RecordInput[]): void {
  const { json, csv, excel, summary, columns, follow } = options;
  const formats = Object.entries({ '--json': json, '--csv': csv ?? excel, '--summary': summary });
  const [one, two] = formats.filter(([, isChosen]) => isChosen).map(([name]) => name);
  if (two !== undefined && !(json && summary && !csv && !excel))
    throw usageError(`${one} and ${two} do not go together`, 'Choose one.');
  if (columns && (json || summary)) {
    throw usageError(`--columns has no meaning for ${one}`, 'It is for the table and for --csv.');
  }
  if (follow && summary) throw usageError('--follow and --summary do not go together', 'A sum is made at the end.');
  if (summary && options.lines !== undefined) {
    throw usageError(
      '--summary and --lines do not go together',
      'A sum is made of all that match: narrow it with --since.',
    );
  }
  const packed = inputs.find((input) => input.kind === 'stream' || input.path.endsWith('.gz'));
  if (follow && packed) {
    const name = packed.kind === 'stream' ? packed.name : packed.path;
    throw usageError(
      `${printable(name)} cannot be followed`,
      'Follow a folder or a plain file; or leave --follow out.',
    );
  }
}

/** Gathers what is printed, for a write for each record would take most of the time. */
class Printer {
  readonly #output: Output;
  readonly #gather: boolean;
  #texts: string[] = [];
  #length = 0;

  constructor(output: Output, gather: boolean) {
    this.#output = output;
    this.#gather = gather;
  }

  /** Resolves when there is room for more; undefined where there is no need to wait. */
  print(text: string): Promise<void> | undefined {
    this.#texts.push(text);
    this.#length += text.length;
    return this.#gather && this.#length < 64 * 1024 ? undefined : this.flush();
  }

  async flush(): Promise<void> {
    if (this.#length > 0) this.#output.write(this.#take());
    await this.#output.flushed?.();
  }

  /** One text behind the other as bytes: to join them first and count their bytes takes longer. */
  #take(): Buffer {
    // No character takes more than three bytes a unit.
    const bytes = Buffer.allocUnsafe(3 * this.#length);
    let end = 0;
    for (const text of this.#texts) end += bytes.write(text, end);
    this.#texts = [];
    this.#length = 0;
    return bytes.subarray(0, end);
  }
}

function reporterOf({ json, csv, excel, columns, follow }: LogOptions, style: Style): LogReporter {
  const kind = json ? 'json' : excel ? 'excel' : csv ? 'csv' : columns ? 'table' : 'lines';
  return logReporters[kind](style, columns, follow);
}

type FoundRecords = AsyncIterable<readonly FoundRecord[]>;

/** Prints what is found; resolves with the chosen columns that none of it has. */
async function printRecords(
  found: FoundRecords,
  options: LogOptions,
  style: Style,
  output: Output,
  signal: AbortSignal,
): Promise<AbsentColumns> {
  const absent = new AbsentColumns(options.columns ?? []);
  const { header, record: textOf, end } = reporterOf(options, style);
  const printer = new Printer(output, !options.follow);
  try {
    await printer.print(header);
    for await (const records of found) {
      for (const { record, text } of records) {
        absent.add(record);
        const room = printer.print(textOf(record, text));
        if (!room) continue;
        await room;
        if (signal.aborted) return absent;
      }
    }
    return absent;
  } finally {
    // What was read before a file turned out to be broken, too.
    await printer.print(end?.() ?? '');
    await printer.flush();
  }
}

async function printSummary(
  found: FoundRecords,
  findings: LogFindings,
  { json = false }: LogOptions,
  style: Style,
  { stdout }: Environment,
  signal: AbortSignal,
): Promise<void> {
  const summary = new RecordSummary(localDay);
  for await (const records of found) for (const { record } of records) summary.add(record);
  if (!signal.aborted) {
    stdout.write(summaryReporters[json ? 'json' : 'human'].report(summary, findings.unreadable.count, style));
  }
}

/** How it ends: following ends well by Ctrl-C, as it has no other end, and so does a reader that has enough. */
function exitCodeOf({ follow }: LogOptions, signal: AbortSignal): number {
  if (!signal.aborted || follow || signal.reason instanceof OutputClosedError) return exitCodes.ok;
  throw new CliError(exitCodes.interrupted, 'interrupted');
}

async function runLog(paths: readonly string[], command: Command, { environment }: Context): Promise<number> {
  const options = command.opts<LogOptions>();
  const { stdout, stderr, now, signalOrOutputLost: signal } = environment;
  const { showPii = false, follow, summary, json, csv, excel } = options;
  const inputs = recordInputs(paths, options.logDir, environment);
  checkOptions(options, inputs);
  const last = options.lines ?? (json || csv || excel ? Number.POSITIVE_INFINITY : defaultLast);
  const query: LogQuery = {
    filter: recordFilterOf(options, now()),
    last: summary ? Number.POSITIVE_INFINITY : last,
    signal,
  };
  const findings = new LogFindings();
  const style = styleFor(stdout, command, environment, { showPii });
  const followed = inputs.flatMap((input) => (input.kind === 'path' ? [input.path] : []));
  const records = follow
    ? followedRecords(followed, query, findings, (path) => {
        stderr.write(`note: ${printable(path)} does not exist yet; waiting for it\n`);
      })
    : lastRecords(inputs, query, findings);
  let absent: AbsentColumns | undefined;
  try {
    if (summary) await printSummary(records, findings, options, style, environment, signal);
    else absent = await printRecords(records, options, style, stdout, signal);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const hint = 'Name the folder that serve writes to, or a file of records: log FOLDER.';
    throw environmentError(printable(error.message), hint, error);
  } finally {
    if (!(signal.reason instanceof OutputClosedError)) stderr.write(findings.unreadable.note);
  }
  if (!follow && last > 0 && !signal.aborted) {
    const errorStyle = styleFor(stderr, command, environment, { showPii });
    if (findings.matched === 0) stderr.write(emptyNote(findings, query.filter, errorStyle));
    else if (absent) stderr.write(await absentColumnsNote(absent, errorStyle));
  }
  return exitCodeOf(options, signal);
}

export function configure(command: Command, context: Context): void {
  command.usage('[file...] [options]').argument('[file...]', 'journal folders, files of records, .gz of them, or -');
  addLogDirOption(command)
    .option('-n, --lines <n>', 'the last n that match, or all (default: 20)', parseLast)
    .option('-f, --follow', 'go on with what comes, until Ctrl-C');
  addRecordFilterOptions(command)
    .option('--columns <names>', 'a table of these, such as time,phone,title', parseColumns)
    .option('--json', 'NDJSON: the records as they stand in the journal')
    .option('--csv', 'CSV: a line of names, then one line a record')
    .option('--excel', 'CSV as Excel in Russian reads it: semicolons, BOM')
    .option('--summary', 'counts by day, action, source, verdict and problem')
    .option('--show-pii', 'show phones and addresses in full')
    .addHelpText(
      'after',
      `
Columns: ${hanging('Columns: ', Object.keys(recordColumns).join(', '), 80).slice(9)},
and every parameter by its name (data.page: a member of data; query.status: a
parameter with the name of a column).

Lines and rows are cut to the width of the terminal, or COLUMNS. In a pipe or a
file they are whole, for grep: a title has at most 60 characters in a line, a
value 300 in a table; --csv and --json have all of it.

--json, --csv and --excel give all that match unless -n is given. Times are
those of this machine's time zone unless Z or +03:00 follows: 2026-11-22T10:00,
10:00 (today), today, yesterday, 30m, 2h, 1d, 1w ago. A day given to --until is
meant to its end.

--action, --order and --where are searched for in the bytes of the lines, so
that other lines need not be read: such a line is not checked, either.

Examples:
  $ roistat-hook log
  $ roistat-hook log -f --action lead
  $ roistat-hook log --order order-90
  $ roistat-hook log --since today --verdict rejected
  $ roistat-hook log -n all --where phone~0001122 --columns time,phone,title
  $ roistat-hook log --since 2026-11-01 --excel --show-pii > leads.csv
  $ zcat old/*.gz | roistat-hook log - --summary
`,
    )
    .action(async (paths: string[]) => {
      context.exitCode = await runLog(paths, command, context);
    });
}
