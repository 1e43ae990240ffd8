import { type Command, Option } from 'commander';
import { inWireOrder, messageNames } from '../../protocol/wireOrder.ts';
import { sampleMessage } from '../../protocol/samples.ts';
import { type Context } from '../context.ts';
import { addCredentialOptions, addTokenOption, resolveSigner, unsentSecrets } from '../credentials.ts';
import { addDeliveryOptions, addUrlOption, type DeliveryOptions, openCaller, reportDeliveries } from '../deliver.ts';
import { usageError } from '../errors.ts';
import { readText } from '../readText.ts';
import { sampleSource } from '../sampleSource.ts';

interface MessageOptions extends DeliveryOptions {
  readonly leadId?: string;
  readonly title?: string;
  readonly text?: string;
  readonly textParam: 'text' | 'message';
  readonly passwordStdin?: boolean;
}

async function runSendMessage(command: Command, context: Context): Promise<number> {
  const { environment } = context;
  const options = command.opts<MessageOptions>();
  const { leadId, title, textParam, field = [] } = options;
  if (leadId === undefined) {
    throw usageError('--lead-id is missing', 'Give the order_id that the handler answered to the lead: --lead-id 155');
  }
  if (options.text === '-' && options.passwordStdin) {
    throw usageError('--text - and --password-stdin both read standard input', 'Give one of them another way.');
  }
  const { text: sampleText, ...sample } = sampleMessage(sampleSource(options.seed, environment), leadId);
  const text = options.text === undefined ? sampleText : await readText(options.text, environment);
  const signer = await resolveSigner(command, environment);
  const message = {
    ...signer.signature,
    ...sample,
    ...(title === undefined ? {} : { title }),
    [textParam]: text,
    ...Object.fromEntries(field),
  };
  const webhook = new URL(options.url);
  const caller = await openCaller(options, environment, unsentSecrets(signer));
  try {
    const parameters = inWireOrder(messageNames, message);
    const delivery = await caller.call({ webhook, action: 'message', token: message.token, parameters });
    return reportDeliveries(command, [delivery], context);
  } finally {
    caller.close();
  }
}

export function configure(command: Command, context: Context): void {
  addTokenOption(addCredentialOptions(addUrlOption(command)))
    .option('--lead-id <id>', 'the order_id that the handler answered to the lead')
    .option('--title <title>', 'heading')
    .option('--text <text>', 'the chat; @file reads a file, - standard input')
    .addOption(
      new Option('--text-param <name>', 'name of the parameter with the chat')
        .choices(['text', 'message'])
        .default('text'),
    );
  addDeliveryOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ roistat-hook send-message --lead-id 155
  $ roistat-hook send-message --lead-id 155 --text 'Иван: Здравствуйте'
`,
    )
    .action(async () => {
      context.exitCode = await runSendMessage(command, context);
    });
}
