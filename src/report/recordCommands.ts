import { recordedRequest } from '../client/recordedRequest.ts';
import { type JournalRecord } from '../journal/record.ts';
import { leadSchema } from '../protocol/fields.ts';
import { isJsonObject } from '../protocol/isJsonObject.ts';
import { shellQuote } from '../protocol/shellQuote.ts';
import { curlCommand } from './curlCommand.ts';

/** Takes the place of a token that was masked: no token looks like it, so the command asks for the real one. */
const unknownToken = 'token-that-was-masked';

/**
 * A curl command that sends a recorded request to the webhook again, byte for byte. A token that was masked comes from
 * ROISTAT_HOOK_TOKEN. Null for what cannot be sent again.
 */
export function curlOfRecord(record: JournalRecord, webhook: string): string | null {
  const kept = recordedRequest(record, {});
  const request = kept.kind === 'request' ? kept : recordedRequest(record, { token: unknownToken });
  if (request.kind !== 'request') return null;
  const { method, query, body, token } = request;
  // What the client of the time said of itself and of the connection is not the lead.
  const headers = request.headers.filter(([name]) => /^content-type$/i.test(name));
  const [path = '', ...afterMark] = (record.target ?? '').split('?');
  // curl has no short way to send others, such as `*`.
  if (!path.startsWith('/')) return null;
  const url = `${new URL(webhook).origin}${path}${afterMark.length === 0 && query === '' ? '' : `?${query}`}`;
  const rest = { insecure: false, cacert: undefined, proxy: undefined };
  return curlCommand({ url, method, body, token, headers, ...rest }, false);
}

/** Parameters with an option of their own; what has none, or would be read otherwise, goes as `--field`. */
const optionNames: Readonly<Record<'lead' | 'message', Readonly<Record<string, string>>>> = {
  lead: {
    id: '--id',
    visit: '--visit',
    title: '--title',
    text: '--text',
    name: '--name',
    phone: '--phone',
    email: '--email',
    data: '--data-json',
    created_date: '--created-date',
    manager_id: '--manager-id',
  },
  message: { leadId: '--lead-id', title: '--title', text: '--text' },
};

function optionOf(action: 'lead' | 'message', name: string, inMessage: boolean): string | undefined {
  if (inMessage && name === 'message') return '--text';
  return Object.hasOwn(optionNames[action], name) ? optionNames[action][name] : undefined;
}

/** Whether the option takes the value as it is: `@` and `-` have a meaning for --text. */
function fits(option: string, value: string): boolean {
  if (option === '--text') return !/^(@|-$)/.test(value);
  if (option === '--data-json') return isJsonObject(value);
  if (option === '--lead-id') return value !== '';
  return true;
}

/** Whether an argument can hold the parameter: no NUL, and `--field` parts name and value at the first `=`. */
const isTypable = ([name, value]: readonly [string, string]): boolean =>
  name !== '' && !name.includes('=') && !`${name}${value}`.includes('\0');

/**
 * A send-lead or send-message command that sends the same parameters to the webhook; null for other actions, and where
 * a command line cannot hold them. What the record lacks is sent empty, for the command would make it up. The
 * credentials are left to the environment.
 */
export function sendCommandOfRecord(
  { action, parameters }: JournalRecord,
  { webhook, invocation }: { readonly webhook: string; readonly invocation: string },
): string | null {
  if (action !== 'lead' && action !== 'message') return null;
  if (!Object.entries(parameters).every(isTypable)) return null;
  const given = new Map(Object.entries(parameters));
  const known = action === 'lead' ? Object.keys(leadSchema.shape) : ['leadId', 'title', 'text'];
  // The own CRM variant has the chat in `message`, and no `text` beside it.
  const inMessage = action === 'message' && !given.has('text') && given.has('message');
  const words: string[] = [];
  for (const name of new Set([...known, ...given.keys()])) {
    if (['user', 'token', 'action', 'manager_id'].includes(name) && (name !== 'manager_id' || !given.has(name)))
      continue;
    if (inMessage && name === 'text') continue;
    const value = given.get(name) ?? '';
    const option = optionOf(action, name, inMessage);
    if (option !== undefined && fits(option, value)) words.push(`${option} ${shellQuote(value)}`);
    else words.push(`--field=${shellQuote(`${name}=${value}`)}`);
  }
  if (action === 'message' && !given.get('leadId')) words.unshift('--lead-id -');
  if (inMessage) words.push('--text-param message');
  const user = given.get('user') ?? '';
  const login = user === '' ? [] : [`--user ${shellQuote(user)}`];
  return [invocation, `send-${action}`, `--url ${webhook}`, ...login, ...words].join(' ');
}
