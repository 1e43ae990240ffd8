import { InvalidArgumentError } from 'commander';
import { type Clause } from '../journal/filter.ts';
import { isJsonObject } from '../protocol/isJsonObject.ts';

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Longest delay of a timer, 2^31 - 1 ms; a longer one would fire at once. */
const longestDelayMs = 2_147_483_647;

/** `500ms`, `20s`, `1.5m`, `1h`, or seconds without a unit → milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  const ms = match ? Number(match[1]) * (units[match[2] ?? 's'] ?? 0) : 0;
  if (!(ms > 0) || ms > longestDelayMs) throw new InvalidArgumentError('Write a time such as 500ms, 20s or 2m.');
  return ms;
}

export interface Rate {
  /** As it was typed. */
  readonly text: string;
  readonly intervalMs: number;
}

/** `10/s`, `100/m`, `1000/h`. */
export function parseRate(text: string): Rate {
  const match = /^(\d+(?:\.\d+)?)\/(s|m|h)$/.exec(text.trim());
  const intervalMs = match ? (units[match[2] ?? ''] ?? 0) / Number(match[1]) : 0;
  if (!(intervalMs > 0) || intervalMs > longestDelayMs) {
    const guess = /^\d+(?:\.\d+)?$/.test(text.trim()) && Number(text) > 0 ? ` Did you mean ${text.trim()}/s?` : '';
    throw new InvalidArgumentError(`Write 10/s, 100/m or 1000/h.${guess}`);
  }
  return { text: text.trim(), intervalMs };
}

/** `1x`, `2x`, `0.5x`. */
export function parseSpeed(text: string): number {
  const speed = Number(/^(\d+(?:\.\d+)?)x$/.exec(text.trim())?.[1]);
  if (!(speed > 0)) throw new InvalidArgumentError('Write 1x for the recorded gaps, 2x for half of them.');
  return speed;
}

/** What names a record: `RUN:SEQ`, or `SEQ` where there is only one run. */
export interface TypedRecordName {
  readonly run: string | undefined;
  readonly seq: number;
}

export function parseRecordName(text: string): TypedRecordName {
  const match = /^(?:([^:]+):)?(\d{1,15})$/.exec(text.trim());
  if (!match) throw new InvalidArgumentError('Write RUN:SEQ, as a run that ended early gives it, or SEQ.');
  return { run: match[1], seq: Number(match[2]) };
}

function wholeNumber(text: string, from: number, to: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  // The highest number there is would say nothing.
  const top = to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`;
  if (!(value >= from && value <= to)) throw new InvalidArgumentError(`Write a whole number from ${from}${top}.`);
  return value;
}

export function parseNotEmpty(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

export function parsePort(text: string): number {
  return wholeNumber(text, 0, 65_535);
}

export function parseCount(text: string): number {
  return wholeNumber(text, 1, Number.MAX_SAFE_INTEGER);
}

export function parseSeed(text: string): number {
  return wholeNumber(text, 0, 4_294_967_295);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The address of a webhook: http or https, with a host. */
export function parseWebhookUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '') {
    if (isDecodable(url.username) && isDecodable(url.password)) return text;
    throw new InvalidArgumentError('Write a % of the login or password as %25.');
  }
  const guess = /^[\w.-]+(?::\d+(?:[/?].*)?|\/.*)$/.test(text) ? ` Did you mean http://${text} ?` : '';
  throw new InvalidArgumentError(`Write a whole address, such as http://127.0.0.1:8000/webhook.php.${guess}`);
}

/** The address of a stored order, with `{order_id}` where its id goes. */
export function parseReadBack(text: string): string {
  const hosts = ['1', '2'].map((id) => new URL(parseWebhookUrl(text.replaceAll('{order_id}', id))).origin);
  // Else the handler would choose who gets the credentials.
  if (hosts[0] !== hosts[1]) throw new InvalidArgumentError('Write {order_id} in the path or the query.');
  if (text.includes('{order_id}')) return text;
  throw new InvalidArgumentError('Write {order_id} where the id of the order goes.');
}

/** `name=value`, collected; the value may be empty and may hold further `=`. */
export function collectPair(text: string, previous: Array<[string, string]> | undefined): Array<[string, string]> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Write name=value.');
  return [...(previous ?? []), [text.slice(0, equals), text.slice(equals + 1)]];
}

/** `name=value` or `name~text`, collected; the first `=` or `~` parts them, and what follows may be empty. */
export function collectClause(text: string, previous: Clause[] | undefined): Clause[] {
  const match = /^([^=~]+)([=~])([^]*)$/.exec(text);
  const [, name = '', op, value = ''] = match ?? [];
  if (op !== '=' && op !== '~') throw new InvalidArgumentError('Write name=value, or name~text for a part of it.');
  return [...(previous ?? []), { name, op, value }];
}

/** `Name: value`, collected. */
export function collectHeader(text: string, previous: Array<[string, string]> | undefined): Array<[string, string]> {
  const match = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/.exec(text);
  if (!match) throw new InvalidArgumentError("Write a header as 'Name: value', on one line.");
  return [...(previous ?? []), [match[1] ?? '', (match[2] ?? '').trimEnd()]];
}

/** A JSON object, kept as its text. */
export function parseJsonObject(text: string): string {
  if (isJsonObject(text)) return text;
  throw new InvalidArgumentError('Write a JSON object; for broken data on purpose use --field data=….');
}
