import { shellQuote } from '../../protocol/shellQuote.ts';
import { shownAddress } from '../../report/shownAddress.ts';
import { flag, pair, shownPair } from '../commandWords.ts';
import { defaultTimeoutMs, shownCallerArguments } from '../deliver.ts';
import { defaultLogDir } from '../recordOptions.ts';
import { type ReplayCommandOptions } from './replayOptions.ts';

/**
 * The command line that goes on behind a record, without its secrets. Times that were typed relative to now are written
 * as the moments that they meant when the replay began.
 */
export function replayCommandLine(
  paths: readonly string[],
  options: ReplayCommandOptions,
  { now, after, sent }: { readonly now: Date; readonly after: string; readonly sent: number },
): string {
  const { url, logDir, action, order, verdict, since, until, where = [], set = [], limit, rate, speed } = options;
  const { user, passwordStdin, concurrency, diff, timeout, wait, dryRun, showSecrets, showPii, json } = options;
  const words = [
    // One that begins with a hyphen would be an option.
    ...paths.map((path) => (/^-./.test(path) ? `./${path}` : path)),
    ...pair('--config', options.config),
    ...pair('--profile', options.profile),
    ...pair('--dotenv', options.dotenv),
    ...(paths.length > 0 || logDir === defaultLogDir ? [] : pair('--log-dir', logDir)),
    ...pair('--url', shownAddress(url)),
    ...pair('--user', user),
    ...flag('--password-stdin', passwordStdin),
    ...set.flatMap(([name, value]) => pair('--set', shownPair(name, '=', value))),
    ...pair('--action', action),
    ...pair('--order', order),
    ...pair('--verdict', verdict),
    ...pair('--since', since?.(now).start.toISOString()),
    ...pair('--until', until?.(now).end.toISOString()),
    ...where.flatMap(({ name, op, value }) => pair('--where', shownPair(name, op, value))),
    ...pair('--limit', limit === undefined ? undefined : limit - sent),
    ...pair('--rate', rate?.text),
    ...pair('--speed', speed === undefined ? undefined : `${speed}x`),
    ...pair('--concurrency', concurrency === 1 ? undefined : concurrency),
    ...flag('--diff', diff),
    // Without it the command would send what was only to be looked at.
    ...flag('--dry-run', dryRun),
    ...(timeout === defaultTimeoutMs ? [] : ['--timeout', `${timeout}ms`]),
    ...(wait === undefined ? [] : ['--wait', `${wait}ms`]),
    ...shownCallerArguments(options),
    ...flag('--show-secrets', showSecrets),
    ...flag('--show-pii', showPii),
    ...flag('--json', json),
    '--after',
    after,
  ];
  return `replay ${words.map(shellQuote).join(' ')}`;
}
