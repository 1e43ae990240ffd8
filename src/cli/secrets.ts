import { headerSecrets, passwordSpellings } from '../protocol/hideSecrets.ts';
import { isSecretParameter, secretTokens } from '../protocol/maskToken.ts';
import { isPublicToken } from '../protocol/publicTokens.ts';
import { secretSettings, variablePrefix } from './settings/settingNames.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables of other programs that hold secrets, for an error may quote all of them. */
const secretVariable = /(?:^|_)(?:pass(?:word|wd)?|secret|token|credentials?|(?:api|access|private)_?key)(?:_|$)/i;

/** Also as JavaScript writes it into an address: a blank is `%20` there, and `+` in a lead. */
const spellingsOf = (secret: string): string[] => [
  ...passwordSpellings(secret),
  encodeURIComponent(secret.toWellFormed()),
];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The login and the tokens of an address: which part of the login is the secret is not known where it has one part. */
function secretsOfAddress(text: string): string[] {
  const [, login, rest = ''] = /\/\/(?:([^\s/?#]*)@)?([^#]*)/.exec(text) ?? [];
  const tokens = secretTokens(rest.slice(rest.indexOf('?') + 1));
  if (login === undefined) return tokens;
  const [, user = '', password = login] = /^([^:]*):(.*)$/.exec(login) ?? [];
  const pair = Buffer.from(`${decoded(user)}:${decoded(password)}`).toString('base64');
  return [...spellingsOf(decoded(password)), password, pair, ...tokens];
}

const parted = (text: string, separator: RegExp): readonly [string, string] => {
  const at = text.search(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).trimStart()];
};

/** What is secret in the value of a setting; its name in any case of letters, with hyphens or underscores. */
function secretsOfSetting(name: string, text: string): string[] {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  const lines = text.split(/\r?\n/);
  const found = lines.flatMap(secretsOfAddress);
  if (secretSettings.has(plain)) found.push(...spellingsOf(text));
  if (plain.endsWith('header')) found.push(...headerSecrets(lines.map((line) => parted(line, /:/))));
  if (['field', 'data', 'set', 'where'].includes(plain)) {
    const pairs = lines.map((line) => parted(line, /[=~]/));
    found.push(...pairs.flatMap(([key, value]) => (isSecretParameter(key) ? spellingsOf(value) : [])));
  }
  return found;
}

function secretsOfVariables(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value = '']) => {
    if (name.startsWith(variablePrefix)) return secretsOfSetting(name.slice(variablePrefix.length), value);
    return secretVariable.test(name) ? spellingsOf(value) : secretsOfAddress(value);
  });
}

/** `--name value`, `--name=value`, `-H value`, `-Hvalue`, and addresses without an option. */
function secretsOfArguments(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const [, name = '', value = argv[index + 1] ?? ''] = /^--([\w-]+)(?:=([^]*))?$/.exec(word) ?? [];
    if (name !== '') return secretsOfSetting(name, value);
    if (word.startsWith('-H')) return secretsOfSetting('header', word.slice(2) || (argv[index + 1] ?? ''));
    return secretsOfAddress(word);
  });
}

/**
 * All secrets that this call has read, wherever: what is printed in the last resort, by whatever error, may quote any of
 * them, and no pattern can know them. Who reads one adds it here before anything else is done with it.
 */
export class Secrets {
  readonly #argv: readonly string[];
  readonly #env: Variables;
  readonly #read: string[] = [];

  /** Those of the command line and the environment are looked for when they are asked for: mostly nobody does. */
  constructor(argv: readonly string[], env: Variables) {
    this.#argv = argv;
    this.#env = env;
  }

  /** A password, as it was read. */
  add(password: string): void {
    this.#read.push(...spellingsOf(password));
  }

  /** What is secret in a file of settings, also where it may not stand there: values, lists of them, and profiles. */
  addSettings(values: object, depth = 3): void {
    for (const [name, value] of Object.entries(values)) this.#addSetting(name, value, depth);
  }

  /** What is secret in a file of variables. */
  addVariables(variables: Variables): void {
    this.#read.push(...secretsOfVariables(variables));
  }

  #addSetting(name: string, value: unknown, depth: number): void {
    if (typeof value === 'string' || typeof value === 'number') {
      this.#read.push(...secretsOfSetting(name, String(value)));
    } else if (depth === 0) return;
    else if (Array.isArray(value)) for (const item of value) this.#addSetting(name, item, depth - 1);
    else if (typeof value === 'object' && value !== null) this.addSettings(value, depth - 1);
  }

  all(): string[] {
    const known = [...this.#read, ...secretsOfArguments(this.#argv), ...secretsOfVariables(this.#env)];
    return known.filter((secret) => !isPublicToken(secret));
  }
}
