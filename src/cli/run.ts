import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import { type Context } from './context.ts';
import { type Environment } from './environment.ts';
import { applyEnvironment } from './environmentOptions.ts';
import { CliError, exitCodes } from './errors.ts';
import { mask } from '../protocol/maskToken.ts';
import { printable } from '../report/printable.ts';
import { version } from './version.ts';

const mainJob = `
The main job, in two terminals:
  $ roistat-hook serve                            receive, record, answer
  $ roistat-hook send-lead --phone +79990001122   send a lead, see the answer

Try your own handler:
  $ roistat-hook send-lead --url http://127.0.0.1:8000/webhook.php
  $ roistat-hook token demouser secret

Options can come from the environment: --url is ROISTAT_HOOK_URL, and so on.
Exit codes: 0 well, 1 handler or token wrong, 2 usage, 3 no connection.
`;

/** Lines of help and usage errors have a width of their own, so that they look the same in a pipe. */
const helpWidth = 80;

async function makeProgram(context: Context): Promise<Command> {
  const { environment } = context;
  const { stdout, stderr, argv } = environment;
  const program = new Command('roistat-hook')
    .description('Develop and test a webhook for Roistat: both ends of the wire.')
    .version(version, '-V, --version', 'print the version')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR hold, too)')
    .option('--verbose', 'show the stack of an error')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(safeMessage(text)),
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', mainJob)
    .hook('preAction', (_program, command) => applyEnvironment(command, environment));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary);
    if (argv.includes(name)) (await load()).configure(command, context);
  }
  return program;
}

/** A message about what was typed: without passwords of addresses, and safe for a terminal. */
function safeMessage(text: string): string {
  const hidden = text
    .replace(/[^\s'"/@]+:[^\s'"@]+@/g, `${mask}@`)
    .replace(/(authorization:?\s*)[^'"]+/gi, `$1${mask}`);
  return hidden.split('\n').map(printable).join('\n');
}

/** commander's own errors end with 1; in this program wrong usage is 2. */
function commanderCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

function reportError(error: unknown, { argv, stderr, signal }: Environment): number {
  const isVerbose = argv.includes('--verbose');
  const stack = isVerbose && error instanceof Error ? `${error.stack}\n` : '';
  if (error instanceof CliError) {
    if (error.exitCode !== exitCodes.interrupted) stderr.write(safeMessage(`error: ${error.message}\n`));
    if (error.hint !== undefined) stderr.write(`${error.hint}\n`);
    stderr.write(stack);
    return error.exitCode;
  }
  if (signal.aborted) return exitCodes.interrupted;
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(safeMessage(`error: ${message}\n`));
  stderr.write(isVerbose ? stack : 'This is not expected: please report it with what --verbose shows.\n');
  return exitCodes.environment;
}

/** Runs the program and resolves with its exit code. Never rejects; touches nothing but the environment. */
export async function run(environment: Environment): Promise<number> {
  const context: Context = { environment, exitCode: exitCodes.ok };
  try {
    const program = await makeProgram(context);
    await program.parseAsync([...environment.argv], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, environment);
    const address = environment.argv.find((argument) => /^https?:/.test(argument));
    if (error.code === 'commander.excessArguments' && address !== undefined) {
      environment.stderr.write(`The address of a handler goes after --url: --url ${printable(address)}\n`);
    }
    return commanderCode(error);
  }
}
