import { shellQuote } from '../protocol/shellQuote.ts';
import { shownAddress } from '../report/shownAddress.ts';
import { type CallerSettings, defaultTimeoutMs, shownCallerArguments, shownHeaders } from './deliver.ts';

export const defaultMaxLatencyMs = 5000;

export interface CheckOptions extends CallerSettings {
  readonly url?: string;
  readonly messageUrl?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly textParam: 'text' | 'message';
  readonly maxLatency: number;
  readonly marker?: string;
  readonly readBack?: string;
  readonly readBackHeader?: Array<[string, string]>;
  readonly strict?: boolean;
  readonly list?: boolean;
  readonly showSecrets?: boolean;
  readonly json?: boolean;
  readonly reportJunit?: string;
  readonly reportTap?: string;
  readonly reportJson?: string;
  readonly reportMarkdown?: string;
}

/** The command line of a run of `check` without what chooses checks and reports, and without its secrets. */
export function checkCommandLine(options: CheckOptions, user: string): string {
  const { url = '', messageUrl, readBack, readBackHeader = [], textParam, maxLatency, timeout } = options;
  const words = [
    shownAddress(url),
    ...(messageUrl === undefined ? [] : ['--message-url', shownAddress(messageUrl)]),
    ...(user === '' ? [] : user.startsWith('-') ? [`--user=${user}`] : ['--user', user]),
    ...(textParam === 'text' ? [] : ['--text-param', textParam]),
    ...(readBack === undefined ? [] : ['--read-back', shownAddress(readBack)]),
    ...shownHeaders('--read-back-header', readBackHeader),
    ...(maxLatency === defaultMaxLatencyMs ? [] : ['--max-latency', `${maxLatency}ms`]),
    ...(timeout === defaultTimeoutMs ? [] : ['--timeout', `${timeout}ms`]),
    ...shownCallerArguments(options),
  ];
  return `check ${words.map(shellQuote).join(' ')}`;
}
