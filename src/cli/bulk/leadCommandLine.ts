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
  /** Whether settings would make many of it, or send a message behind it. */
  readonly isMultiplied: boolean;
}

/** The command line that sends one lead of many again, without secrets. */
export function leadCommandLine(options: BulkOptions, { seed, id, createdDate, isMultiplied }: OneLead): string {
  const { url, user, passwordStdin, source, visit, title, text, name, phone, email, page, managerId, timeout } =
    options;
  const { data = [], dataJson, field = [] } = options;
  const words = [
    ...pair('--config', options.config),
    ...pair('--profile', options.profile),
    ...pair('--dotenv', options.dotenv),
    ...pair('--url', shownAddress(url)),
    ...pair('--user', user),
    ...flag('--password-stdin', passwordStdin),
    ...pair('--source', source),
    ...pair('--seed', seed),
    ...pair('--id', id),
    ...pair('--visit', visit),
    ...pair('--title', title),
    ...pair('--text', text),
    ...pair('--name', name),
    ...pair('--phone', phone),
    ...pair('--email', email),
    ...pair('--page', page),
    ...data.flatMap(([key, value]) => pair('--data', `${key}=${value}`)),
    ...pair('--data-json', dataJson),
    ...pair('--created-date', createdDate),
    ...(isMultiplied ? ['--count', '1'] : []),
    ...pair('--manager-id', managerId),
    ...field.flatMap(([key, value]) => pair('--field', shownPair(key, '=', value))),
    ...(timeout === defaultTimeoutMs ? [] : ['--timeout', `${timeout}ms`]),
    ...shownCallerArguments(options),
  ];
  return `send-lead ${words.map(shellQuote).join(' ')}`;
}
