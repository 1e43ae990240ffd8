import { type Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { type HandlerCaller } from '../../client/handlerCaller.ts';
import { evenPace, noPace, type Pace, recordedPace } from '../../client/pace.ts';
import { type Changes } from '../../client/recordedRequest.ts';
import { type ReplayEnd, replayRecords } from '../../client/replayRecords.ts';
import { ReplayTally } from '../../client/replayTally.ts';
import { type JournalRecord } from '../../journal/record.ts';
import { type Answer } from '../../protocol/judgeAnswer.ts';
import { formatDuration } from '../../report/layout.ts';
import { answerDifferences } from '../../report/replay/answerDifferences.ts';
import { progressText, type ReplayProgress } from '../../report/replay/progressText.ts';
import { replayReporters } from '../../report/replay/replayReporters.ts';
import { type Replayed } from '../../report/replay/shownReplay.ts';
import { afterGrace, drainMs, drainNote } from '../afterGrace.ts';
import { type Context, styleFor } from '../context.ts';
import { openCaller } from '../deliver.ts';
import { ProgressLine } from '../progressLine.ts';
import { type ReplayCommandOptions } from './replayOptions.ts';
import { newReading, type Reading, type ReplaySource, type Wanted, wantedRecords } from './replaySource.ts';

/** Longer gaps are told, so that nobody takes the program for stuck. */
const longGapMs = 10_000;

export interface ReplayRun {
  readonly source: ReplaySource;
  readonly wanted: Wanted;
  readonly changes: Changes;
  /** What was not sent and may be shown as little. */
  readonly secrets: readonly string[];
  /** Nothing is begun any more once it is aborted. */
  readonly signal: AbortSignal;
}

export interface ReplayResult {
  readonly end: ReplayEnd;
  readonly tally: ReplayTally;
  readonly reading: Reading;
  /** `RUN:SEQ`; undefined when nothing is left, or nothing was dealt with. */
  readonly resumeAfter: string | undefined;
}

function paceOf({ rate, speed, dryRun = false }: ReplayCommandOptions): Pace {
  if (dryRun) return noPace;
  if (rate) return evenPace(rate.intervalMs);
  return speed === undefined ? noPace : recordedPace(speed);
}

/** Sends the wanted records, and reports on each and on all. */
export async function runReplay(
  command: Command,
  { environment }: Context,
  { source, wanted, changes, secrets, signal }: ReplayRun,
): Promise<ReplayResult> {
  const options = command.optsWithGlobals<ReplayCommandOptions>();
  const { showPii = false, showSecrets = false, diff = false, json = false, dryRun = false, wait } = options;
  const { stdout, stderr, elapsed } = environment;
  const style = styleFor(stdout, command, environment, { showPii, showSecrets });
  const errorStyle = styleFor(stderr, command, environment, { showPii, showSecrets });
  const reporter = replayReporters[json ? 'json' : 'human']();
  const tally = new ReplayTally();
  const reading = newReading();
  const start = elapsed();
  let next: ReplayProgress['next'];
  const line = new ProgressLine(environment, () => {
    const left = next && { ...next, inMs: next.inMs - elapsed() };
    return progressText({ tally, total: source.survey?.total, elapsedMs: elapsed() - start, next: left }, errorStyle);
  });

  let told: JournalRecord | undefined;
  const waiting = (record: JournalRecord, ms: number): void => {
    next = { seq: record.seq, inMs: elapsed() + ms };
    if (ms < longGapMs || told === record) return;
    told = record;
    line.write(stderr, `note: #${record.seq} follows in ${formatDuration(ms)}, as it was recorded\n`);
  };
  const done = (record: JournalRecord, resent: Replayed['resent']): void => {
    const answer = resent.kind === 'delivery' ? resent.delivery.answer : undefined;
    const compare = (now: Answer) => (record.answer ? answerDifferences(record.answer, now) : 'incomparable');
    const differences = diff && answer ? compare(answer) : undefined;
    tally.add(resent, Array.isArray(differences) ? { paths: differences.map(({ path }) => path) } : differences);
    // The addresses alone are the result of a dry run.
    const isAside = dryRun && !json && resent.kind === 'unsendable';
    const text = reporter.replayed({ record, resent, differences }, isAside ? errorStyle : style);
    line.write(isAside ? stderr : stdout, text);
  };

  let underWay = 0;
  const grace = afterGrace(signal, environment.urgent(), () => {
    // A handler that is only waited for has nothing to finish.
    if (wait !== undefined && tally.sent === 0) return 0;
    if (underWay > 0) line.write(stderr, drainNote);
    return drainMs;
  });
  const caller: HandlerCaller = await openCaller(options, { ...environment, signal: grace.signal }, secrets);
  const webhook = new URL(options.url);
  line.start();
  let end: ReplayEnd;
  try {
    end = await replayRecords({
      records: wantedRecords(source.files, wanted, reading),
      send: async (record) => {
        underWay += 1;
        try {
          return await caller.resend({ webhook, record, ...changes });
        } finally {
          underWay -= 1;
        }
      },
      concurrency: options.concurrency,
      pace: paceOf(options),
      clock: { elapsed, sleep: (ms, stop) => delay(Math.min(ms, 2 ** 31 - 1), undefined, { signal: stop }) },
      signal,
      observer: { waiting, done },
    });
  } finally {
    line.stop();
    grace.clear();
    caller.close();
  }
  stderr.write(reading.unreadable.note);
  const { last, isLeft } = end;
  const resumeAfter = isLeft && last ? `${last.run}:${last.seq}` : undefined;
  if (tally.total > 0 || end.kind === 'interrupted') {
    const summary = { tally, end: end.kind, resumeAfter, durationMs: elapsed() - start, isDryRun: dryRun };
    stdout.write(reporter.summary(summary, style));
  }
  return { end, tally, reading, resumeAfter };
}
