import { decodeQuery } from './decodeQuery.ts';
import { hasParameter, maskedValues, meansToken, replaceValue, resignQuery } from './editQuery.ts';
import { type Parameter } from './encodeQuery.ts';
import { mask } from './mask.ts';

/** What takes the place of what is there. */
export interface BodyChanges {
  readonly token?: string | undefined;
  /** The login that the token is for. */
  readonly user?: string | undefined;
  /** Values of parameters, for a body that is a form; those that it has not are not added. */
  readonly set?: readonly Parameter[] | undefined;
}

export interface EditedBody {
  readonly bytes: Buffer;
  /** The token in it; empty where there is none that is known. */
  readonly token: string;
  /** What it still has a mask for: tokens alone, which a new one would replace, or something that nobody knows. */
  readonly masked: 'token' | 'secret' | undefined;
  /** Those of the parameters to be set that it had. */
  readonly replaced: readonly Parameter[];
}

/** A member of the outermost object: its name, and where its string stands. */
interface Member {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The members of a JSON object that are strings; undefined for any other text. Nested ones are not looked at. */
function stringMembers(text: string): Member[] | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const members: Member[] = [];
  let depth = 0;
  let [string, name]: Array<string | undefined> = [];
  for (const { 0: part, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g)) {
    if (part.startsWith('"')) {
      if (depth !== 1) continue;
      string = JSON.parse(part) as string;
      if (name !== undefined) members.push({ name, value: string, start: index, end: index + part.length });
    } else if (part === ':') name = string;
    else {
      name = undefined;
      if (part !== ',') depth += part === '{' || part === '[' ? 1 : -1;
    }
  }
  return members;
}

/** The bytes of a text in UTF-8, one a character. */
const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

function editObject(text: string, members: readonly Member[], { token, user }: BodyChanges): EditedBody {
  const tokens = members.filter(({ name, value }) => name === 'token' || (value === mask && meansToken(name)));
  const logins = members.filter(({ name }) => name === 'user');
  const isSigned = token !== undefined && tokens.length > 0;
  const edits = [
    ...(isSigned ? tokens.map((member) => ({ member, value: token })) : []),
    // Without a token beside it, it is no login.
    ...(isSigned && user !== undefined ? logins.map((member) => ({ member, value: user })) : []),
  ];
  let edited = text;
  for (const { member, value } of edits.toSorted((a, b) => b.member.start - a.member.start)) {
    if (member.value === bytesOf(value)) continue;
    edited = edited.slice(0, member.start) + bytesOf(JSON.stringify(value)) + edited.slice(member.end);
  }
  const known = isSigned ? token : tokens.at(-1)?.value;
  const masks = edited.split(mask).length - 1;
  const maskedTokens = isSigned ? 0 : tokens.filter(({ value }) => value === mask).length;
  return {
    bytes: Buffer.from(edited, 'latin1'),
    token: known === undefined || known === mask ? '' : known,
    masked: masks === 0 ? undefined : masks === maskedTokens ? 'token' : 'secret',
    replaced: [],
  };
}

function editForm(text: string, changes: BodyChanges): EditedBody {
  const replaced = (changes.set ?? []).filter(([name]) => hasParameter(text, name));
  const edited = replaced.reduce(replaceValue, resignQuery(text, changes));
  const names = maskedValues(edited);
  const { token = '' } = decodeQuery(edited).parameters;
  return {
    bytes: Buffer.from(edited, 'latin1'),
    token: token === mask ? '' : token,
    masked: names.length === 0 ? undefined : names.every(meansToken) ? 'token' : 'secret',
    replaced,
  };
}

/**
 * A body signed anew and with other values: a form, by its `contentType`, as a query is; of a JSON object its own members
 * `token` and, beside one, `user`, if they are strings. Every other byte, and every other body, stays as it is: a token
 * is never written into what only reads like one.
 */
export function editBody(body: Buffer, contentType: string, changes: BodyChanges): EditedBody {
  // One byte a character, for the body may be no text; names of tokens and masks are ASCII.
  const text = body.toString('latin1');
  if (/^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType)) return editForm(text, changes);
  const members = stringMembers(text);
  if (members) return editObject(text, members, changes);
  return { bytes: body, token: '', masked: text.includes(mask) ? 'secret' : undefined, replaced: [] };
}
