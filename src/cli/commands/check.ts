import { type Command, Option } from 'commander';
import { randomBytes, randomInt } from 'node:crypto';
import { HandlerClient } from '../../client/handlerClient.ts';
import { ReadBack } from '../../conformance/readBack.ts';
import { planOf, runSuite, type SuiteOptions } from '../../conformance/runSuite.ts';
import { type CheckId } from '../../conformance/checks.ts';
import { type SuiteResult } from '../../conformance/suiteResult.ts';
import { seededRandom } from '../../protocol/random.ts';
import { emptyCredentialsToken } from '../../protocol/publicTokens.ts';
import { checkReporters, type ReportFormat } from '../../report/check/checkReporters.ts';
import { conclusionText, planText, resultText } from '../../report/check/humanCheck.ts';
import { jsonCheck } from '../../report/check/jsonCheck.ts';
import { listJson, listText } from '../../report/check/listChecks.ts';
import { shownPlan, shownResult, type ShownResult, shownSuite, type SuiteView } from '../../report/check/shownSuite.ts';
import { checkCommandLine, type CheckOptions, defaultMaxLatencyMs } from '../checkCommandLine.ts';
import { chooseChecks } from '../chooseChecks.ts';
import { type Context, styleFor } from '../context.ts';
import { addCredentialOptions, addTokenOption, resolveSigner } from '../credentials.ts';
import { addCallerOptions, clientSettings, openCaller } from '../deliver.ts';
import { type Environment } from '../environment.ts';
import { exitCodes, usageError } from '../errors.ts';
import { collectHeader, parseDuration, parseNotEmpty, parseReadBack, parseWebhookUrl } from '../parseValues.ts';
import { openReportFiles, writeReportFiles } from '../reportFiles.ts';

/** The address may be an argument, as people type it, or an option, as settings give it. */
function takeUrl(command: Command, argument: string | undefined): void {
  if (argument === undefined) return;
  if (command.getOptionValueSource('url') === 'cli') throw usageError('the address is given twice', 'Leave out --url.');
  command.setOptionValueWithSource('url', argument, 'cli');
}

function reportPaths(options: CheckOptions): Array<readonly [ReportFormat, string]> {
  const { reportJunit, reportTap, reportJson, reportMarkdown } = options;
  const paths = { junit: reportJunit, tap: reportTap, json: reportJson, markdown: reportMarkdown };
  return (Object.keys(paths) as ReportFormat[]).flatMap((format) => {
    const path = paths[format];
    return path === undefined ? [] : [[format, path] as const];
  });
}

const codeOfVerdict: Record<SuiteResult['verdict'], number> = {
  passed: exitCodes.ok,
  failed: exitCodes.failed,
  unreachable: exitCodes.environment,
  interrupted: exitCodes.interrupted,
};

async function runChecks(command: Command, ids: readonly CheckId[], { environment }: Context): Promise<number> {
  const options = command.opts<CheckOptions>();
  const { url, json = false, strict = false, showSecrets = false } = options;
  if (url === undefined) {
    throw usageError('the address of the handler is missing', 'Write: check http://127.0.0.1:8000/webhook.php');
  }
  const { stdout, stderr, now, elapsed, signal } = environment;
  const { signature, credentials } = await resolveSigner(command, environment);
  if (credentials?.password === '') stderr.write('note: the password is empty; give it in ROISTAT_HOOK_PASSWORD\n');
  const caller = await openCaller(options, environment);
  const readBack = await openReadBack(options, environment);
  const files = await openReportFiles(reportPaths(options), environment.cwd);
  const view: SuiteView = {
    showSecrets,
    invocation: environment.invocation,
    command: `${environment.invocation} ${checkCommandLine(options, signature.user)}`,
    token: signature.token,
    credentials,
    addresses: [url, options.messageUrl, options.readBack].filter((address) => address !== undefined),
    headers: [...(options.header ?? []), ...(options.readBackHeader ?? [])],
  };
  const style = styleFor(stdout, command, environment);
  let last: ShownResult | undefined;
  const suite: SuiteOptions = {
    ids,
    strict,
    signal,
    elapsed,
    now,
    caller,
    webhook: new URL(url),
    messageWebhook: new URL(options.messageUrl ?? url),
    ...signature,
    signed: signature.token !== emptyCredentialsToken,
    credentials,
    marker: options.marker ?? `roistat-hook check ${randomBytes(3).toString('hex')}`,
    textParam: options.textParam,
    maxLatencyMs: options.maxLatency,
    readBack: readBack?.readBack,
    random: seededRandom(randomInt(2 ** 32)),
    onResult(result) {
      const shown = shownResult(result, view);
      if (!json) stdout.write(resultText(shown, last, style));
      last = shown;
    },
  };
  stderr.write(planText(shownPlan(planOf(suite), showSecrets), styleFor(stderr, command, environment)));
  try {
    const shown = shownSuite(await runSuite(suite), view);
    stdout.write(json ? jsonCheck(shown) : conclusionText(shown, style));
    await writeReportFiles(files, (format) => checkReporters[format](shown));
    return codeOfVerdict[shown.verdict];
  } finally {
    caller.close();
    readBack?.client.close();
  }
}

async function openReadBack(options: CheckOptions, environment: Environment) {
  const { readBack: template, readBackHeader = [] } = options;
  if (template === undefined) return undefined;
  const client = new HandlerClient(await clientSettings(options, environment));
  return { client, readBack: new ReadBack(client, template, readBackHeader) };
}

function listChecks(command: Command, ids: readonly CheckId[], { environment }: Context): number {
  const { stdout } = environment;
  const { json = false } = command.opts<CheckOptions>();
  stdout.write(json ? listJson(ids) : listText(ids, styleFor(stdout, command, environment)));
  return exitCodes.ok;
}

export function configure(command: Command, context: Context): void {
  command
    .argument('[url]', 'webhook to check; a query of its own is kept', parseWebhookUrl)
    .addOption(new Option('--url <url>', 'the same, as settings give it').argParser(parseWebhookUrl).hideHelp())
    .option('--message-url <url>', 'where messages go (default: the same)', parseWebhookUrl);
  addTokenOption(addCredentialOptions(command))
    .option('--only <ids...>', 'run these checks or groups alone')
    .option('--skip <ids...>', 'leave these checks or groups out')
    .addOption(
      new Option('--max-latency <time>', 'slower answers fail a SHOULD')
        .argParser(parseDuration)
        .default(defaultMaxLatencyMs, '5s'),
    )
    .option('--marker <text>', 'stands in each lead (default: a random one)', parseNotEmpty)
    .addOption(
      new Option('--text-param <name>', 'name of the parameter with the chat')
        .choices(['text', 'message'])
        .default('text'),
    )
    .option('--read-back <url>', 'shows a stored order as JSON; with {order_id}', parseReadBack)
    .option('--read-back-header <header>', "'Name: value' for it; repeatable", collectHeader)
    .option('--strict', 'a failed SHOULD fails the run, too')
    .option('--list', 'list the checks and send nothing');
  addCallerOptions(command)
    .option('--show-secrets', 'show tokens in full')
    .option('--json', 'one JSON document on stdout')
    .option('--report-junit <file>', 'write a JUnit XML report')
    .option('--report-tap <file>', 'write a TAP 14 report')
    .option('--report-json <file>', 'write the document of --json')
    .option('--report-markdown <file>', 'write a report for a job summary')
    .addHelpText(
      'after',
      `
Sends leads and messages, right and wrong ones, and judges the answers. The
handler creates an order for each lead that it takes: use a test system.
Exit codes: 0 passed, 1 a MUST failed (with --strict a SHOULD), 3 no answer.

Examples:
  $ roistat-hook check http://127.0.0.1:8000/webhook.php
  $ roistat-hook check http://127.0.0.1:8000/webhook.php --only text idempotency
  $ roistat-hook check --list
`,
    )
    .action(async (url: string | undefined) => {
      takeUrl(command, url);
      const { only = [], skip = [], list = false } = command.opts<CheckOptions>();
      const ids = await chooseChecks(only, skip);
      context.exitCode = list ? listChecks(command, ids, context) : await runChecks(command, ids, context);
    });
}
