import { type Command } from 'commander';
import { type Credentials, signToken, verifyToken } from '../../protocol/token.ts';
import { type TokenResult, tokenReporters } from '../../report/tokenReporters.ts';
import { type Context, styleFor } from '../context.ts';
import { addCredentialOptions, requireMd5Hex, resolveCredentials } from '../credentials.ts';
import { exitCodes, usageError } from '../errors.ts';

interface TokenOptions {
  readonly verify?: string;
  readonly json?: boolean;
}

/** Arguments take the place of the options of the same name. */
function takeArgument(command: Command, key: 'user' | 'password', value: string | undefined): void {
  if (value === undefined) return;
  if (command.getOptionValueSource(key) === 'cli') throw usageError(`${key} is given twice`, `Leave out --${key}.`);
  if (key === 'password' && command.getOptionValueSource('passwordStdin') === 'cli') {
    throw usageError('the password is given twice', 'Leave out the argument or --password-stdin.');
  }
  command.setOptionValueWithSource(key, value, 'cli');
}

/** A token that matches has no diagnosis. */
async function judgeToken(token: string, credentials: Credentials): Promise<TokenResult> {
  if (verifyToken(token, credentials)) return { kind: 'verified', diagnosis: undefined };
  const { diagnoseToken } = await import('../../protocol/diagnoseToken.ts');
  return { kind: 'verified', diagnosis: diagnoseToken(token, credentials) };
}

async function runToken(command: Command, { environment }: Context): Promise<number> {
  const { verify, json = false } = command.opts<TokenOptions>();
  const given = verify === undefined ? undefined : requireMd5Hex(verify);
  const credentials = (await resolveCredentials(command, environment)) ?? { user: '', password: '' };
  const result: TokenResult =
    given === undefined ? { kind: 'computed', token: signToken(credentials) } : await judgeToken(given, credentials);
  const { stdout, stderr } = environment;
  stdout.write(tokenReporters[json ? 'json' : 'human'].report(result, styleFor(stdout, command, environment)));
  if (credentials.user === '' && credentials.password === '') {
    stderr.write('note: login and password are empty; give them as: token <user> <password>\n');
  } else if (credentials.password === '' && command.getOptionValueSource('password') !== 'cli') {
    stderr.write('note: the password is empty\n');
  }
  return result.kind === 'verified' && result.diagnosis !== undefined ? exitCodes.failed : exitCodes.ok;
}

export function configure(command: Command, context: Context): void {
  addCredentialOptions(
    command
      .argument('[user]', 'login from the settings; may be empty')
      .argument('[password]', 'its password; may be empty'),
  )
    .option('--verify <token>', 'judge this token instead, and say what is wrong with it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      `
Examples:
  $ roistat-hook token demouser secret
  $ printf %s "$PASSWORD" | roistat-hook token demouser --password-stdin
  $ roistat-hook token demouser secret --verify 9e91eb1b5a406399da5608bf15d24ff8
`,
    )
    .action(async (user: string | undefined, password: string | undefined) => {
      if (password !== undefined) context.environment.secrets.add(password);
      takeArgument(command, 'user', user);
      takeArgument(command, 'password', password);
      context.exitCode = await runToken(command, context);
    });
}
