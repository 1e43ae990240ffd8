import { type Command } from 'commander';
import { printable } from '../../report/printable.ts';
import { type Context } from '../context.ts';
import { resolveSigner, unsentSecrets } from '../credentials.ts';
import { CliError, environmentError, exitCodes, usageError } from '../errors.ts';
import { isPrivateHost } from '../privateHost.ts';
import { recordFilterOf, recordInputs } from '../recordOptions.ts';
import { replayCommandLine } from '../replay/replayCommandLine.ts';
import { addReplayOptions, type ReplayCommandOptions } from '../replay/replayOptions.ts';
import { noSuchRecord, openReplaySource, tokenUnknownError, type Wanted } from '../replay/replaySource.ts';
import { type ReplayResult, runReplay } from '../replay/runReplay.ts';
import { strengthOf } from '../settings/strengthOf.ts';
import { type Changes } from '../../client/recordedRequest.ts';
import { neverThere } from '../../client/replayRecords.ts';

/** The stronger one of --rate and --speed holds (flag > environment > file). */
function withOnePace(command: Command): void {
  const [rate, speed] = [strengthOf(command, 'rate'), strengthOf(command, 'speed')];
  if (rate === 0 || speed === 0) return;
  if (rate === speed) throw usageError('--rate and --speed exclude each other', 'Give one of them.');
  command.setOptionValue(rate > speed ? 'speed' : 'rate', undefined);
}

/** Token and login when any is given; without, recorded tokens are sent as they are. */
async function resolveChanges(
  command: Command,
  { environment }: Context,
): Promise<{ readonly changes: Changes; readonly secrets: readonly string[] }> {
  const { user, password, passwordStdin, token, set } = command.opts<ReplayCommandOptions>();
  if (user === undefined && password === undefined && !passwordStdin && token === undefined) {
    return { changes: { set }, secrets: [] };
  }
  const signer = await resolveSigner(command, environment);
  const { signature } = signer;
  // A token alone says nothing of the login that it is for.
  const isTokenAlone = user === undefined && signature.token === token;
  const changes = { set, token: signature.token, user: isTokenAlone ? undefined : signature.user };
  return { changes, secrets: unsentSecrets(signer) };
}

/** Requests without an answer that the handler may have taken all the same, where none was answered. */
function unansweredRequests({ tally }: ReplayResult): number {
  const mayHaveArrived = Array.from(tally.problems.keys()).some((code) => !neverThere.has(code));
  return tally.accepted + tally.rejected === 0 && mayHaveArrived ? tally.unreachable : 0;
}

/** How to go on, as the lines behind an error. */
function resumeHint(
  paths: readonly string[],
  options: ReplayCommandOptions,
  result: ReplayResult,
  { environment: { invocation } }: Context,
  now: Date,
): string | undefined {
  const { resumeAfter, end } = result;
  if (resumeAfter === undefined) {
    if (!end.isLeft) return undefined;
    const sent = unansweredRequests(result);
    if (sent === 0) return 'Nothing was dealt with: start it again as it was.';
    const what = sent === 1 ? 'The request' : `The ${sent} requests`;
    return `${what} without an answer may have arrived: look in the handler before you start it again as it was.`;
  }
  const commandLine = replayCommandLine(paths, options, { now, after: resumeAfter, sent: end.settled });
  const secrets = options.password !== undefined || options.token !== undefined || commandLine.includes('***');
  return [
    `Go on with: ${invocation} ${commandLine}`,
    ...(secrets ? ['(passwords, tokens and what is masked as *** have to be given again)'] : []),
    ...(end.beyond > 0 ? [`(${end.beyond} records behind that one were answered, too, and are sent again)`] : []),
  ].join('\n');
}

function exitCodeOf({ end, tally }: ReplayResult): number {
  if (end.kind === 'interrupted') return exitCodes.interrupted;
  if (end.kind === 'unreachable' || end.kind === 'unreadable' || tally.unreachable > 0) return exitCodes.environment;
  return tally.rejected > 0 ? exitCodes.failed : exitCodes.ok;
}

/** Silence must not be green: a run that sent nothing says why, unless all was sent by the run before. */
function checkSomething({ tally, reading, end }: ReplayResult, { after }: Wanted, { environment }: Context): void {
  if (end.kind !== 'done' || tally.sent + tally.notSent > 0) return;
  if (after && !reading.hasMetAfter) throw noSuchRecord(after);
  if (tally.skipped > 0) {
    throw usageError('none of the records can be sent again: nothing was sent', 'The lines above say why.');
  }
  if (after) return environment.stderr.write('note: nothing is left behind that record: nothing was sent\n');
  if (reading.read > 0) {
    throw usageError(
      `no record matches, of ${reading.read} that were read: nothing was sent`,
      'Look what is there: roistat-hook log',
    );
  }
  throw usageError('there are no records: nothing was sent', 'Record some with serve, or name a file of records.');
}

async function replay(paths: readonly string[], command: Command, context: Context): Promise<number> {
  const { environment } = context;
  const { stderr, signalOrOutputLost: signal } = environment;
  withOnePace(command);
  const options = command.optsWithGlobals<ReplayCommandOptions>();
  const {
    url,
    logDir,
    after,
    limit,
    passwordStdin = false,
    dryRun = false,
    json = false,
    showSecrets,
    showPii,
  } = options;
  if (passwordStdin && paths.includes('-')) {
    throw usageError('- and --password-stdin both read standard input', 'Give one of them another way.');
  }
  const now = environment.now();
  const wanted = { filter: recordFilterOf(options, now), after, limit };
  const { changes, secrets } = await resolveChanges(command, context);
  const source = await openReplaySource(recordInputs(paths, logDir, environment), wanted, changes, { signal });
  const webhook = new URL(url);
  const total = source.survey?.total;
  if (!dryRun && total !== 0 && !isPrivateHost(webhook)) {
    const what =
      total === undefined ? 'recorded requests' : total === 1 ? '1 recorded request' : `${total} recorded requests`;
    stderr.write(`note: sending ${what}, personal data included, to ${webhook.host}\n`);
  }
  const result = await runReplay(command, context, { source, wanted, changes, secrets, signal });
  const { end, tally } = result;
  if (dryRun && !json && tally.notSent > 0 && !(showSecrets && showPii)) {
    stderr.write('note: tokens, phones and e-mail addresses are masked unless --show-secrets --show-pii is given\n');
  }
  checkSomething(result, wanted, context);
  const hint = resumeHint(paths, options, result, context, now);
  if (end.kind === 'token-unknown') {
    const { exitCode, message, hint: advice } = tokenUnknownError('the token of the next record was masked');
    throw new CliError(exitCode, message, [advice, hint].filter(Boolean).join('\n'));
  }
  if (end.kind === 'unreachable') {
    const isThere = unansweredRequests(result) > 0 ? 'does not answer' : 'cannot be reached';
    const what = tally.accepted + tally.rejected > 0 ? 'does not answer any more' : isThere;
    throw environmentError(`the handler at ${webhook.host} ${what}`, hint);
  }
  if (end.kind === 'unreadable') {
    const { message } = end.error as Error;
    throw environmentError(printable(message), hint, end.error);
  }
  if (signal.aborted && end.kind === 'interrupted') throw new CliError(exitCodes.interrupted, 'interrupted', hint);
  if (hint !== undefined && end.kind === 'done') stderr.write(`${hint}\n`);
  return exitCodeOf(result);
}

export function configure(command: Command, context: Context): void {
  command.usage('[file...] [options]').argument('[file...]', 'journal folders, files of records, .gz of them, or -');
  addReplayOptions(command)
    .addHelpText(
      'after',
      `
Sends recorded requests to --url in the order in which they came in: query,
method, headers and body byte for byte. Headers of the connection and masked
ones are left out; a query of --url goes before the recorded one.

With --user and its password (or --token) the value of each token is replaced,
and the login of user with it, in the query and in a body that is a form or a
JSON object; requests without a token stay without, other bodies are sent as
recorded, or not at all where *** masks a secret. Without these options tokens
are sent as recorded, and serve records them only with --keep-token.
--set replaces a parameter wherever it stands, in the query or in a body that is
a form, or else appends it to the query; "name=" empties.

Exit code 0: all accepted, 1: some rejected, 2: also when nothing was sent,
3: no answer; it stops when the handler is not there, or after three requests
in a row without an answer. Differences that --diff finds do not change it.
Ctrl-C lets what is under way finish, a second one does not; both print the
command that goes on.

Examples:
  $ roistat-hook replay --url http://127.0.0.1:8000/webhook.php --password ''
  $ roistat-hook replay --since 1h --verdict rejected --user demouser --diff \\
      --url http://127.0.0.1:8000/webhook.php
  $ roistat-hook replay old.jsonl.gz --set phone= --set email= --rate 10/s
  $ roistat-hook log --json --action lead | roistat-hook replay - --dry-run
`,
    )
    .action(async (paths: string[]) => {
      context.exitCode = await replay(paths, command, context);
    });
}
