import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import { type Context } from './context.ts';
import { type Environment } from './environment.ts';
import { CliError, exitCodes } from './errors.ts';
import { parseNotEmpty } from './parseValues.ts';
import { applySettings } from './settings/applySettings.ts';
import { loadSettings, type SettingsOptions } from './settings/loadSettings.ts';
import { safeMessage } from './safeMessage.ts';
import { version } from './version.ts';

/** Above the options and commands, so that the first screen has it however many there are. */
const mainJob = `Develop and test a webhook for Roistat: both ends of the wire.

The main job, in two terminals:
  $ roistat-hook serve                            receive, record, answer
  $ roistat-hook send-lead --phone +79990001122   send a lead, see the answer

Try your own handler, or start from one of ours:
  $ roistat-hook example php > webhook.php        node and python, too
  $ roistat-hook send-lead --url http://127.0.0.1:8000/webhook.php
  $ roistat-hook token demouser secret`;

const afterwards = `
Options can come from the environment (--url is ROISTAT_HOOK_URL) and from the
file roistat-hook.config.json ({"url": "…"}): see "roistat-hook config".
Exit codes: 0 well, 1 handler or token wrong or not seen in time, 2 usage,
3 no connection, 130 interrupted.
`;

/** Lines of help and usage errors have a width of their own, so that they look the same in a pipe. */
const helpWidth = 80;

/** Fills options from the environment and the file of settings before a command acts. */
async function settle(program: Command, command: Command, environment: Environment): Promise<void> {
  if (commands[command.name()]?.withoutSettings) return;
  const settings = await loadSettings(program.opts<SettingsOptions>(), environment);
  for (const note of settings.notes) environment.stderr.write(`${note}\n`);
  await applySettings(program, settings);
  await applySettings(command, settings);
}

/** The program with the commands that are wanted; the others are there by name and summary alone. */
export async function makeProgram(context: Context, isWanted: (name: string) => boolean): Promise<Command> {
  const { environment } = context;
  const { stdout, stderr } = environment;
  const program = new Command('roistat-hook')
    .description(mainJob)
    .version(version, '-V, --version', 'print the version')
    .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR hold, too)')
    .option('--verbose', 'show the stack of an error')
    .option('--config <file>', 'settings (default: roistat-hook.config.json)', parseNotEmpty)
    .option('--profile <name>', 'the settings of this profile first', parseNotEmpty)
    .option('--dotenv <file>', 'ROISTAT_HOOK_* variables', parseNotEmpty)
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(safeMessage(text, environment.secrets)),
      getOutHelpWidth: () => helpWidth,
      getErrHelpWidth: () => helpWidth,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', afterwards)
    .hook('preAction', (_program, command) => settle(program, command, environment));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).description(summary);
    if (isWanted(name)) (await load()).configure(command, context);
  }
  return program;
}

/** commander's own errors end with 1; in this program wrong usage is 2. */
function commanderCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

function reportError(error: unknown, environment: Environment, isVerbose: boolean): number {
  const { signal } = environment;
  const tell = (text: string): void => environment.stderr.write(safeMessage(`${text}\n`, environment.secrets));
  // The stack begins with the message.
  const tellStack = (): void => {
    if (isVerbose && error instanceof Error) tell(error.stack ?? '');
  };
  if (error instanceof CliError) {
    if (error.exitCode !== exitCodes.interrupted) tell(`error: ${error.message}`);
    if (error.hint !== undefined) environment.stderr.write(`${error.hint}\n`);
    tellStack();
    return error.exitCode;
  }
  if (signal.aborted) return exitCodes.interrupted;
  tell(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (isVerbose) tellStack();
  else environment.stderr.write('This is not expected: please report it with what --verbose shows.\n');
  return exitCodes.environment;
}

/** Runs the program and resolves with its exit code. Never rejects; touches nothing but the environment. */
export async function run(environment: Environment): Promise<number> {
  const context: Context = {
    environment,
    exitCode: exitCodes.ok,
    loadProgram: () => makeProgram(context, () => true),
  };
  let isVerbose = environment.argv.includes('--verbose');
  try {
    const program = await makeProgram(context, (name) => environment.argv.includes(name));
    program.hook('preAction', () => {
      isVerbose = program.opts<{ verbose?: boolean }>().verbose ?? isVerbose;
    });
    await program.parseAsync([...environment.argv], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, environment, isVerbose);
    const address = environment.argv.find((argument) => /^https?:/.test(argument));
    if (error.code === 'commander.excessArguments' && address !== undefined) {
      const hint = `The address of a handler goes after --url: --url ${address}\n`;
      environment.stderr.write(safeMessage(hint, environment.secrets));
    }
    return commanderCode(error);
  }
}
