import { type Command, Option } from 'commander';
import { type Delivery } from '../../client/delivery.ts';
import {
  type Caller,
  leadSources,
  type LeadSource,
  sampleLead,
  sampleMessage,
  type SampleSource,
} from '../../protocol/samples.ts';
import { inWireOrder, leadNames, type LeadParameters, messageNames } from '../../protocol/wireOrder.ts';
import { type Context } from '../context.ts';
import { addCredentialOptions, addTokenOption, resolveSignature } from '../credentials.ts';
import { addDeliveryOptions, addUrlOption, type DeliveryOptions, openCaller, reportDeliveries } from '../deliver.ts';
import { type Environment } from '../environment.ts';
import { usageError } from '../errors.ts';
import { collectPair, parseJsonObject } from '../parseValues.ts';
import { readText } from '../readText.ts';
import { sampleSource } from '../sampleSource.ts';
import { strengthOf } from '../settings/strengthOf.ts';

interface LeadOptions extends DeliveryOptions {
  readonly source: LeadSource;
  readonly id?: string;
  readonly visit?: string;
  readonly title?: string;
  readonly text?: string;
  readonly name?: string;
  readonly phone?: string;
  readonly email?: string;
  readonly page?: string;
  readonly data?: Array<[string, string]>;
  readonly dataJson?: string;
  readonly createdDate?: string;
  readonly managerId?: string;
  readonly withMessage?: boolean;
  readonly passwordStdin?: boolean;
}

/** Drops what is undefined, so that it does not hide a sample's value. */
function given<Values extends object>(values: Values): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

function dataOf(options: LeadOptions, sample: string): string {
  if (options.dataJson !== undefined) return options.dataJson;
  if (!options.data) return sample;
  const fields = new Map([...Object.entries(JSON.parse(sample) as Record<string, string>), ...options.data]);
  // Written field by field, for an object would move names that are numbers to its front.
  return `{${Array.from(fields, ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

/** A made-up lead of the source with the given values in their places; the title speaks of the given phone. */
async function leadFrom(options: LeadOptions, source: SampleSource, environment: Environment): Promise<LeadParameters> {
  const { name, phone, email, page, visit, id, title, createdDate, managerId } = options;
  const caller: Partial<Caller> = given({ name, phone, email, page, visit });
  const sample = sampleLead(options.source, source.random, source.moment, caller);
  const text = options.text === undefined ? undefined : await readText(options.text, environment);
  return {
    ...sample,
    ...given({ id, title, text, created_date: createdDate, manager_id: managerId }),
    data: dataOf(options, sample.data ?? '{}'),
  };
}

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
  const source = sampleSource(options.seed, environment);
  const signature = await resolveSignature(command, environment);
  const lead = {
    ...signature,
    ...(await leadFrom(options, source, environment)),
    ...Object.fromEntries(options.field ?? []),
  };
  const webhook = new URL(options.url);
  const caller = await openCaller(options, environment);
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
  addDeliveryOptions(command)
    .option('--with-message', 'send a chat for the order that was answered')
    .addHelpText(
      'after',
      `
What is not given is made up. The answer is judged; exit code 0: accepted,
1: rejected, 2: wrong usage, 3: no answer.

Examples:
  $ roistat-hook send-lead --phone +79990001122
  $ roistat-hook send-lead --url http://127.0.0.1:8000/webhook.php --dry-run
  $ roistat-hook send-lead --source jivosite --name Иван --with-message
`,
    )
    .action(async () => {
      context.exitCode = await runSendLead(command, context);
    });
}
