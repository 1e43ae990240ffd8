import { shellQuote } from '../../protocol/shellQuote.ts';
import { shownAddress } from '../../report/shownAddress.ts';
import { flag, pair, shownPair } from '../commandWords.ts';
import { defaultTimeoutMs, shownCallerArguments } from '../deliver.ts';
import { type BulkOptions } from './bulkOptions.ts';

/** What is to be sent alone. */
interface OneLead {
  readonly seed: number;
  readonly id: string;
  readonly createdDate: string;
  /** The text that was sent: one that was read from standard input cannot be read again. */
  readonly text: string;
  /** Whether settings would make many of it, or send a message behind it. */
  readonly isMultiplied: boolean;
}

/** The text as it is typed: `@` and a lone `-` have a meaning for --text. */
function textWords(option: string | undefined, sent: string): string[] {
  if (option !== '-') return pair('--text', option);
  return /^(@|-$)/.test(sent) ? pair('--field', `text=${sent}`) : pair('--text', sent);
}

/** Words of a command line that sends one lead of many again, without secrets. */
export interface LeadCommandLine {
  readonly whole: string;
  /** Its end: the options whose values are other ones for another lead. */
  readonly own: string;
}

/**
 * The command line that sends one lead of many again, without secrets; undefined where a value of the settings holds a
 * NUL, for no argument can.
 */
export function leadCommandLine(
  options: BulkOptions,
  { seed, id, createdDate, isMultiplied, text }: OneLead,
): LeadCommandLine | undefined {
  const { url, user, passwordStdin, source, visit, title, name, phone, email, page, managerId, timeout } = options;
  const { data = [], dataJson, field = [] } = options;
  const words = [
    ...pair('--config', options.config),
    ...pair('--profile', options.profile),
    ...pair('--dotenv', options.dotenv),
    ...pair('--url', shownAddress(url)),
    ...pair('--user', user),
    ...flag('--password-stdin', passwordStdin),
    ...pair('--source', source),
    ...pair('--visit', visit),
    ...pair('--title', title),
    ...textWords(options.text, text),
    ...pair('--name', name),
    ...pair('--phone', phone),
    ...pair('--email', email),
    ...pair('--page', page),
    ...data.flatMap(([key, value]) => pair('--data', `${key}=${value}`)),
    ...pair('--data-json', dataJson),
    ...(isMultiplied ? ['--count', '1'] : []),
    ...pair('--manager-id', managerId),
    ...field.flatMap(([key, value]) => pair('--field', shownPair(key, '=', value))),
    ...(timeout === defaultTimeoutMs ? [] : ['--timeout', `${timeout}ms`]),
    ...shownCallerArguments(options),
  ];
  const ownWords = [...pair('--seed', seed), ...pair('--id', id), ...pair('--created-date', createdDate)];
  if ([...words, ...ownWords].some((word) => word.includes('\0'))) return undefined;
  const own = ownWords.map(shellQuote).join(' ');
  return { whole: `send-lead ${words.map(shellQuote).join(' ')} ${own}`, own };
}
