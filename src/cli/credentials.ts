import { type Command, Option } from 'commander';
import { passwordSpellings } from '../protocol/hideSecrets.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';
import { type Credentials, isMd5Hex, signToken } from '../protocol/token.ts';
import { type Environment } from './environment.ts';
import { usageError } from './errors.ts';
import { strengthOf } from './settings/strengthOf.ts';

interface CredentialOptions {
  readonly user?: string;
  readonly password?: string;
  readonly passwordStdin?: boolean;
  readonly token?: string;
}

/** Login and token as they go over the wire. */
export interface Signature {
  readonly user: string;
  readonly token: string;
}

export function addCredentialOptions(command: Command): Command {
  return command
    .option('--user <login>', 'login from the settings of the integration')
    .addOption(
      new Option('--password <password>', 'its password; better ROISTAT_HOOK_PASSWORD').conflicts('passwordStdin'),
    )
    .option('--password-stdin', 'read the password from standard input');
}

export function addTokenOption(command: Command): Command {
  return command.addOption(
    new Option('--token <token>', 'a token instead of a password').conflicts(['password', 'passwordStdin']),
  );
}

const isFlag = (command: Command, key: string): boolean => command.getOptionValueSource(key) === 'cli';

/**
 * Login and password from flags, settings, standard input, or a prompt where a login came without a password on a
 * terminal. Undefined when neither login nor password is set.
 */
export async function resolveCredentials(command: Command, environment: Environment): Promise<Credentials | undefined> {
  const { user, password, passwordStdin } = command.opts<CredentialOptions>();
  const fromStdin = passwordStdin && strengthOf(command, 'passwordStdin') >= strengthOf(command, 'password');
  if (fromStdin) {
    const { readPassword } = await import('./readPassword.ts');
    return { user: user ?? '', password: await readPassword(environment) };
  }
  if (password !== undefined) return { user: user ?? '', password };
  if (user === undefined) return undefined;
  const { stdin, stderr } = environment;
  if (user === '' || !stdin.isTTY || !stderr.isTTY) return { user, password: '' };
  const { promptPassword } = await import('./readPassword.ts');
  return { user, password: await promptPassword(`Password for ${user} (empty for none): `, environment) };
}

export interface Signer {
  readonly signature: Signature;
  /** Login and password that the token was made of; undefined when they are empty, or a token was given. */
  readonly credentials: Credentials | undefined;
}

/**
 * Login and token for the sending side. A token wins over a password that comes from the same place or a weaker one
 * (flag > environment); without any, the token of empty credentials is sent, as Roistat does.
 */
export async function resolveSigner(command: Command, environment: Environment): Promise<Signer> {
  const { user = '', token } = command.opts<CredentialOptions>();
  const passwordFlag = isFlag(command, 'password') || isFlag(command, 'passwordStdin');
  if (token !== undefined && (isFlag(command, 'token') || !passwordFlag)) {
    const hides = command.getOptionValue('password') !== undefined || isFlag(command, 'user');
    if (hides && !isFlag(command, 'token')) environment.stderr.write('note: the token comes from ROISTAT_HOOK_TOKEN\n');
    return { signature: { user, token }, credentials: undefined };
  }
  const given = (await resolveCredentials(command, environment)) ?? { user: '', password: '' };
  const isEmpty = given.user === '' && given.password === '';
  return { signature: { user, token: signToken(given) }, credentials: isEmpty ? undefined : given };
}

/** What no output may show though it is not sent: a handler may know login and password, and print them. */
export function unsentSecrets({ credentials }: Pick<Signer, 'credentials'>): string[] {
  if (!credentials) return [];
  // Another token may be sent in place of that of the password.
  const token = signToken(credentials);
  return [...passwordSpellings(credentials.password), ...(isPublicToken(token) ? [] : [token])];
}

/** A token that somebody wants judged; what is no MD5 in hex is wrong usage, not a wrong token. */
export function requireMd5Hex(token: string): string {
  if (isMd5Hex(token.trim())) return token;
  throw usageError(`--verify got ${token.length} characters that are no MD5`, 'A token is 32 hex digits.');
}
