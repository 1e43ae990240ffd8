import { type Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { basicAuthorization } from '../../client/basicAuthorization.ts';
import { ownHeaders } from '../../client/ownHeaders.ts';
import { evenPace } from '../../client/pace.ts';
import { type SendEnd, sendMany } from '../../client/sendMany.ts';
import { SendTally } from '../../client/sendTally.ts';
import { mask } from '../../protocol/mask.ts';
import { targetPrefix } from '../../protocol/webhookTarget.ts';
import { bulkProgress } from '../../report/bulk/bulkProgress.ts';
import { type Again, bulkReporters, type BulkSummary } from '../../report/bulk/bulkReporters.ts';
import { formatDuration } from '../../report/layout.ts';
import { printable } from '../../report/printable.ts';
import { secretHider } from '../../report/shownDelivery.ts';
import { afterGrace, drainMs, drainNote } from '../afterGrace.ts';
import { type Context, styleFor } from '../context.ts';
import { resolveSigner, unsentSecrets } from '../credentials.ts';
import { clientSettings, userAgent } from '../deliver.ts';
import { exitCodes } from '../errors.ts';
import { leadTemplate } from '../leadTemplate.ts';
import { isPrivateHost } from '../privateHost.ts';
import { ProgressLine } from '../progressLine.ts';
import { findSetting, loadSettings } from '../settings/loadSettings.ts';
import { type BulkOptions, defaultConcurrency } from './bulkOptions.ts';
import { leadCommandLine } from './leadCommandLine.ts';
import { LeadSeries } from './leadSeries.ts';
import { printLeads } from './printLeads.ts';
import { stopError } from './stopError.ts';

/** What the user should know before so much is sent. */
function notesBefore(command: Command, options: BulkOptions): string[] {
  const { url, count, duration, id } = options;
  const what = count === undefined ? `leads for ${formatDuration(duration ?? 0)}` : `${count} leads`;
  const webhook = new URL(url);
  const isTyped = ['count', 'duration'].some((key) => command.getOptionValueSource(key) === 'cli');
  return [
    isTyped ? '' : `note: sending ${what}, for count or duration come from the settings: see "roistat-hook config"\n`,
    isPrivateHost(webhook)
      ? ''
      : `note: sending ${what} to ${webhook.host}; the handler creates an order for each that it takes\n`,
    id === undefined ? '' : `note: all leads have the id ${printable(id)}, for --id holds for all\n`,
  ].filter(Boolean);
}

function exitCodeOf({ kind }: SendEnd, { rejected, unreachable, problems }: SendTally): number {
  if (kind === 'interrupted') return exitCodes.interrupted;
  if (kind === 'unreachable' || unreachable > 0) return exitCodes.environment;
  return rejected > 0 || problems.has('order-id-shared') ? exitCodes.failed : exitCodes.ok;
}

/** Sends the leads of a series, with a line that says how far it is. */
async function sendSeries(
  command: Command,
  { environment }: Context,
  series: LeadSeries,
  tally: SendTally,
): Promise<SendEnd> {
  const { stderr, elapsed, signal } = environment;
  const options = command.opts<BulkOptions>();
  const { url, header = [], rate, wait = 0, concurrency = defaultConcurrency } = options;
  const { count = Number.POSITIVE_INFINITY, duration: durationMs = Number.POSITIVE_INFINITY } = options;
  const webhook = new URL(url);
  const given = [...header, ...basicAuthorization(webhook)];
  const prefix = targetPrefix(webhook);
  const client = await clientSettings(options, environment);
  let start = elapsed();
  const style = styleFor(stderr, command, environment);
  let begun = 0;
  const line = new ProgressLine(environment, () => {
    // The time begins when the handler is up.
    if (wait > 0 && tally.answered === 0) start = elapsed();
    const elapsedMs = elapsed() - start;
    return bulkProgress({ tally, count, durationMs, elapsedMs, begun, isStopped: signal.aborted }, style);
  });
  const grace = afterGrace(signal, environment.urgent(), () => {
    line.write(stderr, drainNote);
    return drainMs;
  });
  line.start();
  try {
    return await sendMany({
      lane: { ...client, origin: webhook.origin, headers: [...ownHeaders(given, userAgent), ...given].flat() },
      action: 'lead',
      targetOf: (index) => {
        begun = index + 1;
        return prefix + series.query(index);
      },
      clientOf: (index) => series.client(index),
      count,
      durationMs,
      concurrency,
      pace: rate && evenPace(rate.intervalMs),
      waitMs: wait,
      sleep: (ms, stop) => delay(Math.min(ms, 2 ** 31 - 1), undefined, { signal: stop }),
      signal,
      urgent: grace.signal,
      tally,
    });
  } finally {
    line.stop();
    grace.clear();
  }
}

/** Settings by which the same command sends more than one lead. */
const multipliers = ['count', 'duration', 'withMessage'];

/** What the command that sends one lead again has to say beside the options. */
interface Repetition {
  readonly invocation: string;
  readonly isMultiplied: boolean;
}

/** The command that sends one lead of a series again, alone. */
function againCommand(
  series: LeadSeries,
  { index, target }: NonNullable<SendTally['firstRejected']>,
  options: BulkOptions,
  { invocation, isMultiplied }: Repetition,
): Again | undefined {
  const { id = '', text = '' } = series.lead(index);
  // As it was sent: a lead that is dated when it is made has another date by now.
  const query = new URLSearchParams(target.slice(target.indexOf('?') + 1));
  const createdDate = query.getAll('created_date').at(-1) ?? '';
  const one = { seed: series.seedOf(index), id, createdDate, text, isMultiplied };
  const commandLine = leadCommandLine(options, one);
  return commandLine && { command: `${invocation} ${commandLine.whole}`, own: commandLine.own };
}

function summaryOf(
  series: LeadSeries,
  tally: SendTally,
  end: SendEnd,
  options: BulkOptions,
  repetition: Repetition,
  secrets: readonly string[],
): BulkSummary {
  const { url, header = [], concurrency = defaultConcurrency, rate, showSecrets = false } = options;
  const headers = [...header, ...basicAuthorization(new URL(url))];
  return {
    tally,
    end,
    concurrency,
    rate,
    seed: series.seed,
    isDatedByClock: options.seed === undefined && options.createdDate === undefined,
    nameOf: (index) => ({ id: series.lead(index).id ?? '', seed: series.seedOf(index) }),
    hide: secretHider({ url, token: series.lead(0).token, headers, secrets }, showSecrets),
    againOf: (index, target) => againCommand(series, { index, target }, options, repetition),
    lacksSecrets: (again) => options.password !== undefined || options.token !== undefined || again.includes(mask),
  };
}

/** Sends many leads, and reports on all of them. */
export async function runBulk(command: Command, context: Context): Promise<number> {
  const { environment } = context;
  const { stdout, stderr, invocation, now } = environment;
  const options = command.optsWithGlobals<BulkOptions>();
  const signer = await resolveSigner(command, environment);
  const series = new LeadSeries(await leadTemplate(options, signer.signature, environment), options.seed, now);
  if (options.dryRun) return printLeads(command, context, series);
  for (const note of notesBefore(command, options)) stderr.write(note);
  const settings = await loadSettings(options, environment);
  const isMultiplied = multipliers.some((key) => findSetting(settings, key) !== undefined);
  const tally = new SendTally();
  const end = await sendSeries(command, context, series, tally);
  const reporter = bulkReporters[options.json ? 'json' : 'human'];
  const repetition = { invocation, isMultiplied };
  const summary = summaryOf(series, tally, end, options, repetition, unsentSecrets(signer));
  stdout.write(reporter.report(summary, styleFor(stdout, command, environment)));
  if (end.failure) throw stopError(command, end.failure, tally, invocation);
  return exitCodeOf(end, tally);
}
