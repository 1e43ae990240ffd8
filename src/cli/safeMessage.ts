import { headerSecrets, hiderOf, passwordSpellings } from '../protocol/hideSecrets.ts';
import { mask } from '../protocol/mask.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';
import { printable } from '../report/printable.ts';
import { type Environment } from './environment.ts';

type Typed = Pick<Environment, 'argv' | 'env'>;

/** Values of an option as they stand on the command line, in both spellings: `--name value` and `--name=value`. */
function valuesOf(argv: readonly string[], ...flags: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (flags.includes(word)) return argv[index + 1] ?? [];
    const flag = flags.find((name) => word.startsWith(`${name}=`));
    return flag === undefined ? [] : word.slice(flag.length + 1);
  });
}

/** Secrets that the user gave by option or variable. What an error quotes of them no pattern can know. */
function secretsOf({ argv, env }: Typed): string[] {
  const passwords = [...valuesOf(argv, '--password'), env['ROISTAT_HOOK_PASSWORD'] ?? ''];
  const tokens = [...valuesOf(argv, '--token', '--verify'), env['ROISTAT_HOOK_TOKEN'] ?? ''];
  const headers = [...valuesOf(argv, '--header', '-H'), ...(env['ROISTAT_HOOK_HEADER'] ?? '').split('\n')].map(
    (line) => {
      const [, name = '', value = ''] = /^([^:]*):\s*([^]*)$/.exec(line) ?? [];
      return [name, value] as const;
    },
  );
  const known = [...passwords.flatMap(passwordSpellings), ...tokens, ...headerSecrets(headers)];
  return known.filter((secret) => !isPublicToken(secret));
}

/**
 * A message or the stack of an error: without the secrets that were given, passwords of addresses, and what stands
 * behind the name of a secret; safe for a terminal.
 */
export function safeMessage(text: string, typed: Typed): string {
  const hidden = hiderOf(
    secretsOf(typed),
    8,
  )(text)
    .replace(/[^\s'"/@]+:[^\s'"@]+@/g, `${mask}@`)
    .replace(/(authorization:?\s*)[^'"]+/gi, `$1${mask}`)
    .replace(/([?&][^=&\s'"]*(?:token|password|key)[^=&\s'"]*=)[^&\s'"]+/gi, `$1${mask}`)
    // A token: that of the password is not computed here, for it would load the cryptography with every start.
    .replace(/(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])/gi, (digest) => (isPublicToken(digest) ? digest : mask))
    // A misspelt --password=… is quoted whole.
    .replace(/(unknown option '--?[^'=\s]+=)[^']*/g, `$1${mask}`);
  return hidden.split('\n').map(printable).join('\n');
}
