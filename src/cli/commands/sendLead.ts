import { type Command, Option } from 'commander';
import { type Delivery } from '../../client/delivery.ts';
import { leadOf, leadSources, sampleMessage } from '../../protocol/samples.ts';
import { inWireOrder, leadNames, messageNames } from '../../protocol/wireOrder.ts';
import { addBulkOptions, isBulk } from '../bulk/bulkOptions.ts';
import { type Context } from '../context.ts';
import { addCredentialOptions, addTokenOption, resolveSigner, unsentSecrets } from '../credentials.ts';
import { addDeliveryOptions, addUrlOption, openCaller, reportDeliveries } from '../deliver.ts';
import { usageError } from '../errors.ts';
import { type LeadOptions, leadTemplate } from '../leadTemplate.ts';
import { collectPair, parseJsonObject } from '../parseValues.ts';
import { sampleSource } from '../sampleSource.ts';
import { strengthOf } from '../settings/strengthOf.ts';

/** `--data-json` is the whole data; with `--data` or `--page` beside it, what comes from the stronger place holds. */
function dropWeakerData(command: Command): void {
  const whole = strengthOf(command, 'dataJson');
  const parts = Math.max(strengthOf(command, 'data'), strengthOf(command, 'page'));
  if (whole === 0 || parts === 0) return;
  if (whole === parts) {
    throw usageError(
      '--data-json stands for the whole data',
      'Leave out --data and --page, or put them into the JSON.',
    );
  }
  if (parts > whole) command.setOptionValue('dataJson', undefined);
}

async function runSendLead(command: Command, context: Context): Promise<number> {
  const { environment } = context;
  dropWeakerData(command);
  const options = command.opts<LeadOptions>();
  if (options.text === '-' && options.passwordStdin) {
    throw usageError('--text - and --password-stdin both read standard input', 'Give one of them another way.');
  }
  if (isBulk(command)) return (await import('../bulk/runBulk.ts')).runBulk(command, context);
  const source = sampleSource(options.seed, environment);
  const signer = await resolveSigner(command, environment);
  const { signature } = signer;
  const { fixed, patterns, values } = await leadTemplate(options, signature, environment);
  const lead = { ...leadOf(patterns, values(source)), ...fixed };
  const webhook = new URL(options.url);
  const caller = await openCaller(options, environment, unsentSecrets(signer));
  const deliveries: Delivery[] = [];
  try {
    const parameters = inWireOrder(leadNames, lead);
    const first = await caller.call({ webhook, action: 'lead', token: lead.token, parameters });
    deliveries.push(first);
    if (options.withMessage && first.verdict === 'accepted' && first.orderId !== undefined) {
      const message = { ...signature, ...sampleMessage(source, first.orderId, lead.name) };
      const call = {
        webhook,
        action: 'message',
        token: signature.token,
        parameters: inWireOrder(messageNames, message),
      };
      deliveries.push(await caller.call(call));
    } else if (options.withMessage) {
      environment.stderr.write('note: no message was sent, for there is no order_id to send it for\n');
    }
  } finally {
    caller.close();
  }
  return reportDeliveries(command, deliveries, context);
}

export function configure(command: Command, context: Context): void {
  addTokenOption(addCredentialOptions(addUrlOption(command)))
    .addOption(
      new Option('--source <source>', 'where the lead comes from').choices(leadSources).default('calltracking'),
    )
    .option('--id <id>', 'id of the lead in Roistat')
    .option('--visit <visit>', 'visit number, or a marker')
    .option('--title <title>', 'heading')
    .option('--text <text>', 'comment; @file reads a file, - standard input')
    .option('--name <name>', 'name of the client')
    .option('--phone <phone>', 'phone of the client')
    .option('--email <email>', 'e-mail of the client')
    .option('--page <url>', 'landing page, in data')
    .option('--data <k=v...>', 'further fields of data', collectPair)
    .addOption(new Option('--data-json <json>', 'the whole data').argParser(parseJsonObject))
    .option('--created-date <date>', 'UTC, YYYY-MM-DD HH:MM:SS (default: now)')
    .option('--manager-id <id>', 'manager in the CRM');
  addBulkOptions(command.option('--with-message', 'send a chat for the order that was answered'));
  addDeliveryOptions(command)
    .addHelpText(
      'after',
      `
What is not given is made up. The answer is judged; exit code 0: accepted,
1: rejected, 2: wrong usage, 3: no answer.

With --count or --duration it sends many leads, each with an id of its own; what
is given holds for all of them. --seed makes them the same again, in the same
order; the seed that a run without it prints does so but for the dates. A
summary follows: verdicts, problems with an example, times. Leads of different
clients that get one order are a problem (exit code 1). It stops when the
handler is not there, or goes away; answers that come too late (--timeout) stop
it only when none comes any more. Ctrl-C lets what is under way finish, a
second one does not.

Examples:
  $ roistat-hook send-lead --phone +79990001122
  $ roistat-hook send-lead --url http://127.0.0.1:8000/webhook.php --dry-run
  $ roistat-hook send-lead --source jivosite --name Иван --with-message
  $ roistat-hook send-lead --count 1000 --concurrency 20
  $ roistat-hook send-lead --duration 30s --rate 50/s
`,
    )
    .action(async () => {
      context.exitCode = await runSendLead(command, context);
    });
}
